"""The columns of the SQL tables around purchase orders, items and warehouses.

A table is (key columns, all columns in their order); a column is `Name:` and a type: `v20` a
varchar, `c1` a char, `d15.5` a decimal of precision and scale, `D` a date. The facts are those
of syspro.md §4 (Microsoft SQL schema of a live company). The row-version column is left out:
no reply carries it (recorded COMFCH). Pure.
"""

TABLES: dict[str, tuple[str, str]] = {
    "PorMasterHdr": (
        "PurchaseOrder",
        "PurchaseOrder:v20 NextDetailLine:d4.0 OrderStatus:c1 ActiveFlag:c1 CancelledFlag:c1 "
        "Supplier:v15 OrderEntryDate:D OrderDueDate:D DateLastDocPrt:D MemoDate:D MemoCode:c1 "
        "OrderType:c1 SupplierClass:v10 Customer:v15 CustomerPoNumber:v30 PaymentTerms:c3 "
        "ShippingInstrs:v50 Warehouse:v10 DiscPct1:d5.2 DiscPct2:d5.2 DiscPct3:d5.2 Currency:c3 "
        "TaxStatus:c1 PrintCount:d2.0 AmendedCount:d2.0 DatePoCompleted:D ExchangeRate:d12.6 "
        "MulDiv:c1 ExchRateFixed:c1 Nationality:c3 TermsCode:c2 UserConfirmation:v20 "
        "EdiPoFlag:c1 EdiExtractFlag:c1 EdiActionFlag:c1 Buyer:v20 EdiConfirmation:c1 "
        "FaxDocument:c1 DeliveryName:v50 DeliveryAddr1:v40 DeliveryAddr2:v40 DeliveryAddr3:v40 "
        "DeliveryAddr3Loc:v40 DeliveryAddr4:v40 DeliveryAddr5:v40 PostalCode:v10 "
        "DeliveryGpsLat:d8.6 DeliveryGpsLong:d9.6 DocumentFormat:c2 ContractNumber:v30 User1:c1 "
        "DeliveryMethod:v10 AutoVoucherReqd:c1 LanguageCode:c2 AutoUpdatePo:c1 State:c2 "
        "CountyZip:c5 City:c3 ShippingLocation:v10 DeliveryTerms:c3 IncludeInMrp:c1",
    ),
    "PorMasterDetail": (
        "PurchaseOrder Line",
        "PurchaseOrder:v20 Line:d4.0 LineType:c1 MStockCode:v30 MStockDes:v50 MWarehouse:v10 "
        "MOrderUom:v10 MStockingUom:v10 MOrderQty:d18.6 MReceivedQty:d18.6 MLatestDueDate:D "
        "MLastReceiptDat:D MSupCatalogue:v50 MDiscPct1:d5.2 MDiscPct2:d5.2 MDiscPct3:d5.2 "
        "MDiscValFlag:c1 MDiscValue:d14.2 MPrice:d15.5 MForeignPrice:d15.5 MDecimalsToPrt:d1.0 "
        "MConvFactPrcUm:d12.6 MMulDivPrc:c1 MPriceUom:v10 MTaxCode:c3 MConvFactOrdUm:d12.6 "
        "MMulDivAlloc:c1 MProductClass:v20 MCompleteFlag:c1 MJob:v20 MJobLine:c2 MGlCode:v35 "
        "MUserAuthReqn:v20 MRequisition:v10 MRequisitionLine:d3.0 MSalesOrder:v20 "
        "MSalesOrderLine:d4.0 MOrigDueDate:D MReschedDueDate:c1 MLctConfirmed:c1 "
        "MOriginalLine:d4.0 MSubcontractOp:d5.0 MEdiExtractFlag:c1 MEdiActionFlag:c1 "
        "MInspectionReqd:c1 MNonsUnitMass:d18.6 MNonsUnitVol:d18.6 MVersion:c5 MRelease:c5 "
        "NComment:v100 NCommentFromLin:d4.0 NMscChargeValue:d14.2 NMscChargePrint:c1 "
        "NComPrintType:c2 NMscChargeTax:c3 NCommentFlag:c1 NMscChargeFor:d14.2 NMscChargeFLoc:c1 "
        "NEdiExtract:c1 MEccFlag:c1 MBlanketDate:D MContractNumber:v30 MBlanketContLine:d4.0 "
        "AssetFlag:c1 CapexCode:v15 CapexLine:d5.0 SelectionCode:v50 SelectionType:c3 User1:c1 "
        "OrderLineStatus:c1 AutoVoucherReqd:c1 IncludeInMrp:c1 WithTaxExpenseType:c1",
    ),
    "InvBuyer": (
        "Buyer",
        "Buyer:v20 Name:v50 Email:v255",
    ),
    "SalProductClassDes": (
        "ProductClass",
        "ProductClass:v20 Description:v50",
    ),
    "InvMaster": (
        "StockCode",
        "StockCode:v30 Description:v50 LongDesc:v100 AlternateKey1:v20 AlternateKey2:v20 "
        "EccUser:v20 StockUom:v10 AlternateUom:v10 OtherUom:v10 ConvFactAltUom:d12.6 "
        "ConvMulDiv:c1 ConvFactOthUom:d12.6 MulDiv:c1 Mass:d18.6 Volume:d18.6 Decimals:d1.0 "
        "PriceCategory:c1 PriceMethod:c1 Supplier:v15 CycleCount:d2.0 ProductClass:v20 "
        "TaxCode:c3 OtherTaxCode:c3 ListPriceCode:v10 SerialMethod:c1 InterfaceFlag:c1 "
        "KitType:c1 LowLevelCode:d2.0 Buyer:v20 Planner:v20 TraceableType:c1 MpsFlag:c1 "
        "BulkIssueFlag:c1 AbcClass:c1 LeadTime:d10.0 StockMovementReq:c1 ClearingFlag:c1 "
        "SupercessionDate:D AbcAnalysisReq:c1 AbcCostingReq:c1 CostUom:v10 MinPricePct:d5.2 "
        "LabourCost:d15.5 MaterialCost:d15.5 FixOverhead:d15.5 VariableOverhead:d15.5 "
        "PartCategory:c1 DrawOfficeNum:v32 WarehouseToUse:v10 BuyingRule:c1 SpecificGravity:d6.4 "
        "ImplosionNum:d5.0 Ebq:d18.6 ComponentCount:d5.0 FixTimePeriod:d2.0 PanSize:d18.6 "
        "DockToStock:d10.0 OutputMassFlag:c1 ShelfLife:d4.0 Version:c5 Release:c5 "
        "DemandTimeFence:d10.0 MakeToOrderFlag:c1 ManufLeadTime:d10.0 GrossReqRule:c1 "
        "PercentageYield:d3.0 AbcPreProd:d15.5 AbcManufacturing:d15.5 AbcSales:d15.5 "
        "AbcCumPreProd:d15.5 AbcCumManuf:d15.5 WipCtlGlCode:v35 ResourceCode:v30 GstTaxCode:c3 "
        "PrcInclGst:c1 SerEntryAtSale:c1 StpSelection:c1 UserField1:v30 UserField2:d17.5 "
        "UserField3:c1 UserField4:c1 UserField5:c1 TariffCode:v15 SupplementaryUnit:c1 EbqPan:c1 "
        "StdLandedCost:d15.5 LctRequired:c1 StdLctRoute:v8 IssMultLotsFlag:c1 InclInStrValid:c1 "
        "StdLabCostsBill:d15.5 PhantomIfComp:c1 CountryOfOrigin:c3 StockOnHold:c1 "
        "StockOnHoldReason:v6 EccFlag:c1 StockAndAltUm:c1 AltUnitChar:d1.0 JobsOnHold:c1 "
        "JobHoldAllocs:c1 PurchOnHold:c1 SalesOnHold:c1 MaintOnHold:c1 BatchBill:c1 "
        "BlanketPoExists:c1 CallOffBpoExists:c1 DistWarehouseToUse:v10 JobClassification:v10 "
        "SubContractCost:d15.5 DateStkAdded:D InspectionFlag:c1 SerialPrefix:v35 "
        "SerialSuffix:v15 ReturnableItem:c1 ProductGroup:v10 PriceType:c1 Basis:c1 "
        "ManualCostFlag:c1 ManufactureUom:v10 ConvFactMuM:d12.6 ManMulDiv:c1 LookAheadWin:d10.0 "
        "LoadingFactor:d9.3 SupplUnitCode:c3 StorageSecurity:v20 StorageHazard:v20 "
        "StorageCondition:v20 ProductShelfLife:d4.0 InternalShelfLife:d4.0 AltMethodFlag:c1 "
        "AltSisoFlag:c1 AltReductionFlag:c1 WithTaxExpenseType:c1",
    ),
    "InvWhControl": (
        "Warehouse",
        "Warehouse:v10 Description:v50 MtdTrnsVar:d14.2 NextTicketNo:d15.0 StockTakeFlag:c1 "
        "WhLdgCtlAcc:v35 WhVarLdg:v35 TrnMonth:d2.0 TrnYear:d4.0 GrnLdgAcc:v35 DeliveryAddr1:v40 "
        "DeliveryAddr2:v40 DeliveryAddr3:v40 DeliveryAddr3Loc:v40 DeliveryAddr4:v40 "
        "DeliveryAddr5:v40 PostalCode:v10 DeliveryGpsLat:d8.6 DeliveryGpsLong:d9.6 "
        "NegStockAllow:c1 GtrCtlAccl:v35 GtrPrefix:v10 GtrNextNo:d15.0 Branch:v10 Area:v10 "
        "FaxContact:v50 Fax:v20 FaxDocIwsFlag:c1 GitAdjAcc:v35 WhForComp:v10 Route:c2 "
        "InclPlanning:c1 UseMultipleBins:c1 CostingMethod:c1 UseFifoBuckets:c1 PoPrefix:v10 "
        "PoNextNumber:d15.0 GrnPrefix:v10 GrnNextNumber:d15.0 WipInspectGlCode:v35 "
        "Nationality:c3 SoDefaultDoc:c2 RouteCode:v10 RouteDistance:d4.0 WipControlGlCode:v35 "
        "WipVarCtlGlCode:v35 WipAutoVarGlCode:v35 SiteId:v20 RollParentGl:v35 WmsActive:c1 "
        "PickLeadHours:d4.0 StockTakeUpdate:c1 NonStockedGl:v35 State:c2 CountyZip:c5 City:c3 "
        "LanguageCode:c2 ShippingLocation:v10 DeliveryTerms:c3 UseFixedBins:c1",
    ),
    "InvWarehouse": (
        "StockCode Warehouse",
        "StockCode:v30 Warehouse:v10 QtyOnHand:d18.6 MtdQtyReceived:d18.6 MtdQtyAdjusted:d18.6 "
        "MtdQtyTrf:d18.6 MtdQtyIssued:d18.6 MtdQtySold:d18.6 QtyAllocated:d18.6 QtyOnOrder:d18.6 "
        "QtyOnBackOrder:d18.6 MinimumQty:d18.6 MaximumQty:d18.6 YtdQtySold:d18.6 "
        "PrevYearQtySold:d18.6 OpeningBalance:d18.6 YtdUsageValue:d14.2 AbcClass:c1 "
        "UnitCost:d15.5 DefaultBin:v20 DateLastSale:D DateLastStockMove:D DateLastCostChange:D "
        "DateLastStockCnt:D DateLastPurchase:D QtyInTransit:d18.6 TransferValue:d16.4 "
        "SafetyStockQty:d18.6 ReOrderQty:d18.6 QtyAllocatedWip:d18.6 InterfaceFlag:c1 "
        "CostMultiplier:d9.6 LastCostEntered:d15.5 MtdSalesValue:d14.2 YtdSalesValue:d14.2 "
        "PrevYtdSalesVal:d14.2 QtyInInspection:d18.6 PalletQty:d18.6 NumMonthsHistory:d2.0 "
        "YtdQtyIssued:d18.6 RequisitionFlag:c1 SalesQty1:d18.6 SalesQty2:d18.6 SalesQty3:d18.6 "
        "SalesQty4:d18.6 SalesQty5:d18.6 SalesQty6:d18.6 SalesQty7:d18.6 SalesQty8:d18.6 "
        "SalesQty9:d18.6 SalesQty10:d18.6 SalesQty11:d18.6 SalesQty12:d18.6 UserField1:c1 "
        "UserField2:c1 UserField3:c1 TrfSuppliedItem:c1 DefaultSourceWh:v10 TrfLeadTime:d10.0 "
        "TrfCostGlCode:v35 TrfCostMultiply:d9.6 QtyDispatched:d18.6 OpenBalQty1:d18.6 "
        "OpenBalQty2:d18.6 OpenBalQty3:d18.6 OpenBalQty4:d18.6 OpenBalQty5:d18.6 "
        "OpenBalQty6:d18.6 OpenBalQty7:d18.6 OpenBalQty8:d18.6 OpenBalQty9:d18.6 "
        "OpenBalQty10:d18.6 OpenBalQty11:d18.6 OpenBalQty12:d18.6 OpenBalCost1:d15.5 "
        "OpenBalCost2:d15.5 OpenBalCost3:d15.5 OpenBalCost4:d15.5 OpenBalCost5:d15.5 "
        "OpenBalCost6:d15.5 OpenBalCost7:d15.5 OpenBalCost8:d15.5 OpenBalCost9:d15.5 "
        "OpenBalCost10:d15.5 OpenBalCost11:d15.5 OpenBalCost12:d15.5 AgedQty1:d18.6 "
        "AgedQty2:d18.6 AgedQty3:d18.6 AgedQty4:d18.6 AgedQty5:d18.6 AgedQty6:d18.6 "
        "TrfReplenishWh:d1.0 TrfBuyingRule:c1 TrfDockToStock:d10.0 TrfFixTimePeriod:d2.0 "
        "LabourCost:d15.5 MaterialCost:d15.5 FixedOverhead:d15.5 VariableOverhead:d15.5 "
        "StdLabCostsBill:d15.5 SubContractCost:d15.5 DateWhAdded:D RmaQtyIssued:d18.6 "
        "LastExtendedCost:d15.5 OrderPolicy:c1 MajorOrderMult:d18.6 MinorOrderMult:d18.6 "
        "OrderMinimum:d18.6 OrderMaximum:d18.6 OrderFixPeriod:d2.0 ManualCostFlag:c1 "
        "LeadTime:d10.0 ManufLeadTime:d10.0 TransferCost:d15.5 ImplosionNum:d5.0 "
        "ExcludeFromSched:c1 QtyWipReserved:d18.6 Supplier:v15 BoughtOutWhsLvl:c1 "
        "DockToStock:d10.0",
    ),
    "LotDetail": (
        "StockCode Warehouse Lot Bin",
        "StockCode:v30 Warehouse:v10 Lot:v50 Bin:v20 NextTrnLine:d10.0 OrigQtyReceived:d18.6 "
        "QtyOnHand:d18.6 QtyToShip:d18.6 Version:c5 Release:c5 ExpiryDate:D CreationDate:D "
        "DrawOfficeNum:v32 LastTrnDate:D ArchiveFilename:v10 QtyInTransit:d18.6 LotHoldFlag:c1 "
        "Note:v40 EccDummy:c1 QtyAwaitingCredit:d18.6 QtyReserved:d18.6 SupplierLot:v50 "
        "ProductShelfLife:d4.0 InternalShelfLife:d4.0 UseByDate:D SellByDate:D "
        "InternalExpiryDate:D",
    ),
    "PorSupStkInfo": (
        "Supplier StockCode",
        "Supplier:v15 StockCode:v30 SupCatalogueNum:v50 DemoLeadTime:d10.0 LastPricePaid:d15.5 "
        "LastReceiptDate:D LastReceiptQty:d18.6 OrderQtyUom:v10 SupStockDesc:v50 SupLongDesc:v100 "
        "PoText1:v100 PoText2:v100 PoText3:v100 PoText4:v100 LctMerchPrice:d15.5 "
        "DefaultPrice:d15.5 StockItemFlag:c1 DefaultPrcUom:v10 LastPrcUom:v10 AltDocPrice:d15.5",
    ),
    "PorMasterHdr+": (
        "PurchaseOrder",
        "PurchaseOrder:v20 Ship:v25 Delivery:v20 Category:v15 RequestedBy1:v40 "
        "PurchDepartment:v40 PurchaseCategory:v40 RequestedBy2:v40 RequestedBy3:v40 Machine:v10 "
        "Fitted:v10 Comment:v10 PlateCategory:v10",
    ),
    "PorMasterDetail+": (
        "PurchaseOrder Line",
        "PurchaseOrder:v20 Line:d4.0 Width:d18.6 Length:d18.6",
    ),
}
