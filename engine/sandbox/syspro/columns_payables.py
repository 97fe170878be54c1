"""The columns of the SQL tables around suppliers, their invoices and goods received.

A table is (key columns, all columns in their order); a column is `Name:` and a type: `v20` a
varchar, `c1` a char, `d15.5` a decimal of precision and scale, `D` a date. The facts are those
of syspro.md §4 (Microsoft SQL schema of a live company). The row-version column is left out:
no reply carries it (recorded COMFCH). Pure.
"""

TABLES: dict[str, tuple[str, str]] = {
    "ApSupplier": (
        "Supplier",
        "Supplier:v15 SupplierName:v50 SupShortName:v20 SupplierType:c1 SupplierClass:v10 "
        "Bank:v15 Branch:v10 Telephone:v20 Fax:v20 Contact:v50 Area:v10 Email:v255 "
        "FaxContact:v50 UserField1:v15 UserField2:c1 Currency:c3 CurrentBalance:d14.2 "
        "PyrEndBalance:d14.2 LastPurchDate:D FirstPurchDate:D LineDiscCode:v10 InvDiscCode:v10 "
        "TermsCode:c2 LastChequePrint:v15 ReservedForUsa:c5 DefaultChequeDay:d2.0 "
        "YtdAmount1099:d14.2 Required1099:c1 GrnMatchReqd:c1 LctRequired:c1 EdiTypeFlag:c1 "
        "EdiReceiverCode:v40 WithTaxId:v15 WithTaxCode:c5 Pyr1099Val:d14.2 MerchGlCode:v35 "
        "FreightGlCode:v35 NumMthsBeforDel:d2.0 NumMonthsZero:d2.0 PurchValMth1:d14.2 "
        "PurchValMth2:d14.2 PurchValMth3:d14.2 PurchValMth4:d14.2 PurchValMth5:d14.2 "
        "PurchValMth6:d14.2 PurchValMth7:d14.2 PurchValMth8:d14.2 PurchValMth9:d14.2 "
        "PurchValMth10:d14.2 PurchValMth11:d14.2 PurchValMth12:d14.2 MtdTaxVal:d14.2 "
        "YtdTaxVal:d14.2 PurchOrdAllowed:c1 MinPoVal:d14.2 MinPoMass:d18.6 MinPoVolume:d18.6 "
        "Nationality:c3 TaxRegnNum:v20 EdiFax:v20 BankAccount:v20 BankBranch:v50 FaxRemitFlag:c1 "
        "FaxRemitNum:v20 PayeRef1099:v16 MtdTax2Val:d14.2 YtdTax2Val:d14.2 MtdMerchVal:d14.2 "
        "MtdFreightVal:d14.2 MtdOtherVal:d14.2 MtdDsbVal:d14.2 YtdMerchVal:d14.2 "
        "YtdFreightVal:d14.2 YtdOtherVal:d14.2 YtdDsbVal:d14.2 PyrMerchVal:d14.2 "
        "PyrFreightVal:d14.2 PyrOtherVal:d14.2 PyrDsbVal:d14.2 LastChequeDate:D "
        "LastChequeBank:v15 LastCheque:d15.0 LastChequeVal:d14.2 ChLanguage:c2 "
        "SupplierChName:v50 DateSuppAdded:D DefaultFmt1099:d2.0 MinPay1099:d14.2 PoDefaultDoc:c2 "
        "OnHold:c1 AskYtdValue1099:c1 Contracts:c1 PayByEft:c1 EftBankAccType:c2 DefTaxCode:c3 "
        "DeliveryTerms:c3 TransactionNature:d3.0 RemitEmail:v255 AutoVoucherReqd:c1 "
        "LanguageCode:c2 FaxVoucherFlag:c1 FaxVoucherNum:v20 VoucherEmail:v255 OutOfState:c1 "
        "CollectTax:c1 State:c2 CountyZip:c5 City:c3 ShippingLocation:v10 MtdTaxReliefVal:d14.2 "
        "YtdTaxReliefVal:d14.2 WithTaxSupplierInd:c1 WithTaxExpenseType:c1",
    ),
    "ApSupplierAddr": (
        "Supplier",
        "Supplier:v15 SupAddr1:v40 SupAddr2:v40 SupAddr3:v40 SupAddr3Loc:v40 SupAddr4:v40 "
        "SupAddr5:v40 SupPostalCode:v10 SupAddGpsLat:d8.6 SupAddGpsLong:d9.6 RemitName:v50 "
        "RemitAddr1:v40 RemitAddr2:v40 RemitAddr3:v40 RemitAddr3Loc:v40 RemitAddr4:v40 "
        "RemitAddr5:v40 RemitPostalCode:v10 RemitGpsLat:d8.6 RemitGpsLong:d9.6 "
        "FaxRemitContact:v50 ShippingInstrs:v50 LanguageCode:c2 LanguageCodeRem:c2",
    ),
    "ApSupplierExt": (
        "Supplier",
        "Supplier:v15 CreditLimit:d12.0 OutstandingPo:d14.2 OutstandingGrn:d14.2",
    ),
    "ApBranch": (
        "Branch",
        "Branch:v10 Description:v50 ApBrnGlCode:v35 ApBrnDscGlCode:v35 PoPrefix:v10 "
        "PoNextNumber:d15.0 GrnPrefix:v10 GrnNextNumber:d15.0 Nationality:c3",
    ),
    "ApInvoice": (
        "Supplier Invoice",
        "Supplier:v15 Invoice:v20 NextPaymEntry:d10.0 JournalDate:D Journal:d10.0 Branch:v10 "
        "InvoiceDate:D DiscountDate:D DueDate:D Reference:v30 OrigInvValue:d14.2 "
        "OrigDiscValue:d14.2 MthInvBal1:d14.2 MthInvBal2:d14.2 MthInvBal3:d14.2 ManualChqDate:D "
        "ManualChqNum:d15.0 DiscActiveFlag:c1 InvoiceStatus:c1 Currency:c3 Bank:v15 "
        "PaymGrossValue:d14.2 PaymDiscValue:d14.2 TaxPortionDisc:d14.2 NotificationDate:D "
        "InvoiceYear:d4.0 InvoiceMonth:d2.0 YearInvBalZero:d4.0 MonthInvBalZero:d2.0 "
        "ExchangeRate:d12.6 FirstTaxCode:c3 WithTaxValue:d14.2 WithTaxRate:d8.5 "
        "CurrencyValue:d14.2 PostCurrency:c3 ConvRate:d12.6 MulDiv:c1 AccountCur:c3 "
        "AccConvRate:d12.6 AccMulDiv:c1 TriangCurrency:c3 TriangRate:d12.6 TriangMulDiv:c1 "
        "Tax2Value:d14.2 VatInvalid:c1 EntryNumber:d10.0 PaymentChkType:c1 ManualChRef:v30 "
        "PaymentNumber:v15 InvoiceTakeOn:c1 FixExchangeRate:c1 NextRevalNo:d10.0 TaxReverse:c1 "
        "Tax2Reverse:c1 NationalitySource:c3 NationalityDest:c3 AutoVoucherCreated:c1 "
        "AutoVoucherPrinted:c1 SecondTaxCode:c3 WithTaxCode:c3 WithTaxExpenseType:c1 "
        "WithHoldingTaxCode:c5 OrigInvRate:d12.6 TotalAdjustments:d14.2",
    ),
    "ApInvoicePay": (
        "Supplier Invoice EntryNumber",
        "Supplier:v15 Invoice:v20 EntryNumber:d10.0 TrnType:c1 JournalDate:D Journal:d10.0 "
        "PaymentReference:v50 TrnValue:d14.2 TrnYear:d4.0 TrnMonth:d2.0 PostValue:d14.2 "
        "PostCurrency:c3 PostConvRate:d12.6 PostMulDiv:c1 AccountCur:c3 AccountConvRate:d12.6 "
        "AccountMulDiv:c1 TriangCurrency:c3 TriangConvRate:d12.6 TriangMulDiv:c1 "
        "InvoiceTakeOn:c1 PaymentNumber:v15 SummaryEntryNumber:d10.0",
    ),
    "GrnDetails": (
        "Supplier Grn GrnSource Journal JournalEntry",
        "Supplier:v15 Grn:v20 GrnSource:c1 Journal:d10.0 JournalEntry:d10.0 OrigReceiptDate:D "
        "DebitRecGlCode:v35 GrnYear:d4.0 GrnMonth:d2.0 PurchaseOrder:v20 PurchaseOrderLin:d4.0 "
        "StockCode:v30 StockDescription:v50 SupCatalogueNum:v50 Warehouse:v10 QtyReceived:d18.6 "
        "QtyUom:v10 Decimals:d1.0 Job:v20 SubcontractOp:d5.0 DeliveryNote:v20 SourceCode:c1 "
        "OrigGrnValue:d14.2 CurGrnValue:d14.2 MatchedValue:d14.2 StdGrnValue:d14.2 "
        "PriceVarPrinted:c1 AuditTrailPrintd:c1 GrnMatchedFlag:c1 ProductClass:v20 "
        "GrnMatchedYear:d4.0 GrnMatchedMonth:d2.0 OrigPurchValue:d14.2 CostMultFlag:c1 "
        "CurrencyValue:d14.2 PostCurrency:c3 ConvRate:d12.6 MulDiv:c1 AccountCur:c3 "
        "AccConvRate:d12.6 AccMulDiv:c1 TriangCurrency:c3 TriangRate:d12.6 TriangMulDiv:c1 "
        "MTaxCode:c3 WithTaxExpenseType:c1 TariffCode:v15",
    ),
    "ApSupplier+": (
        "Supplier",
        "Supplier:v15 Name:v60 BenificiaryBankNam:v30 ValueAddingSupplie:v10 BlackOwnership:d14.2 "
        "BlackWomenOwnershi:d14.2 EmpoweringSupplier:v10 BeeLevel:v10 EnterpriseType:v50 "
        "ExpiryDate:D ApType:v50 PriceMethod:v10 SupplierGroup:v30",
    ),
    "ApBank": ("Bank", "Bank:v15 Description:v50"),
    "TblApTerms": ("TermsCode", "TermsCode:c2 Description:v50"),
}
