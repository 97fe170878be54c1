"""The columns of the SQL tables of the general ledger, taxes, currencies and custom forms.

A table is (key columns, all columns in their order); a column is `Name:` and a type: `v20` a
varchar, `c1` a char, `d15.5` a decimal of precision and scale, `D` a date. The facts are those
of syspro.md §4 (Microsoft SQL schema of a live company). The row-version column is left out:
no reply carries it (recorded COMFCH). Pure.
"""

TABLES: dict[str, tuple[str, str]] = {
    "GenMaster": (
        "Company GlCode",
        "Company:c4 GlCode:v35 Description:v50 NextGlLine:d10.0 NextGlLinePyr:d10.0 NextLine:c5 "
        "NextLinePyr:c5 ReportIndex1:v35 ReportIndex2:v35 AccountType:c1 ExpenseType:c1 "
        "PtdDrValue:d14.2 PtdCrValue:d14.2 CurrentBalance:d14.2 PrevPerEndBal:d14.2 GlGroup:v10 "
        "BudgetMethod:c1 ControlAccFlag:c1 AccOnHldFlag:c1 TaxCode:c3 NumDetailCurYr:d10.0 "
        "NumDetailPrvYr:d10.0 IntegrationMethod:c1 AltDescription:v50 Historical:d14.2 "
        "Tax2Code:c3 RevalCategory:c2 AltCurIndicator:c1 GlUnitOfMeasure:v10 BusinessProcess1:c3 "
        "BusinessProcess2:c3 BusinessProcess3:c3 BusinessProcess4:c3 BusinessProcess5:c3 "
        "BusinessProcess6:c3 BusinessProcess7:c3 BusinessProcess8:c3 BusinessProcess9:c3 "
        "BusinessProcess10:c3 AnalysisRequired:c1 AnalysisCategory:v10 CurrentInd:c1 "
        "RetEarnsAccount:v35 TaxAccount:c1 InterestAccount:c1",
    ),
    "GenControl": (
        "Company",
        "Company:c4 CurBalAsset:d17.2 CurBalLiability:d17.2 CurBalCapital:d17.2 "
        "CurBalRevenue:d17.2 CurBalExpense:d17.2 GlYear:d4.0 GlPeriod:d2.0 CurYrNxtJnl:d10.0 "
        "PrvYrNxtJnl:d10.0 NxtYrNxtJnl:d10.0 CurYrNxtEntGrp:d10.0 PrvYrNxtEntGrp:d10.0 "
        "NxtYrNxtEntGrp:d10.0 ShuffleFlag:c1 ProvEntryFlag:c1 OldestYearDet:d4.0 UnpYear:d4.0 "
        "UnpPer:d2.0 UnpJnl:d10.0 CurYrPrdStat1:c1 CurYrPrdStat2:c1 CurYrPrdStat3:c1 "
        "CurYrPrdStat4:c1 CurYrPrdStat5:c1 CurYrPrdStat6:c1 CurYrPrdStat7:c1 CurYrPrdStat8:c1 "
        "CurYrPrdStat9:c1 CurYrPrdStat10:c1 CurYrPrdStat11:c1 CurYrPrdStat12:c1 "
        "CurYrPrdStat13:c1 CurYrPrdStat14:c1 CurYrPrdStat15:c1 CurYrPrdEnd1:D CurYrPrdEnd2:D "
        "CurYrPrdEnd3:D CurYrPrdEnd4:D CurYrPrdEnd5:D CurYrPrdEnd6:D CurYrPrdEnd7:D "
        "CurYrPrdEnd8:D CurYrPrdEnd9:D CurYrPrdEnd10:D CurYrPrdEnd11:D CurYrPrdEnd12:D "
        "CurYrPrdEnd13:D CurYrPrdEnd14:D CurYrPrdEnd15:D PrvYrPrdStat1:c1 PrvYrPrdStat2:c1 "
        "PrvYrPrdStat3:c1 PrvYrPrdStat4:c1 PrvYrPrdStat5:c1 PrvYrPrdStat6:c1 PrvYrPrdStat7:c1 "
        "PrvYrPrdStat8:c1 PrvYrPrdStat9:c1 PrvYrPrdStat10:c1 PrvYrPrdStat11:c1 PrvYrPrdStat12:c1 "
        "PrvYrPrdStat13:c1 PrvYrPrdStat14:c1 PrvYrPrdStat15:c1 PrvYrPrdEnd1:D PrvYrPrdEnd2:D "
        "PrvYrPrdEnd3:D PrvYrPrdEnd4:D PrvYrPrdEnd5:D PrvYrPrdEnd6:D PrvYrPrdEnd7:D "
        "PrvYrPrdEnd8:D PrvYrPrdEnd9:D PrvYrPrdEnd10:D PrvYrPrdEnd11:D PrvYrPrdEnd12:D "
        "PrvYrPrdEnd13:D PrvYrPrdEnd14:D PrvYrPrdEnd15:D PctSpread1:d5.2 PctSpread2:d5.2 "
        "PctSpread3:d5.2 PctSpread4:d5.2 PctSpread5:d5.2 PctSpread6:d5.2 PctSpread7:d5.2 "
        "PctSpread8:d5.2 PctSpread9:d5.2 PctSpread10:d5.2 PctSpread11:d5.2 PctSpread12:d5.2 "
        "PctSpread13:d5.2 PctSpread14:d5.2 PctSpread15:d5.2 NxtYr1NxtJnl:d10.0 "
        "NxtYr1NxtEntGrp:d10.0 AuthoriseJournals:c1 LimitCapturerView:c1 NextJnlNoPeriod:c1 "
        "AnalyzeAssets:c1 AnalyzeLiabilities:c1 AnalyzeCapital:c1 AnalyzeRevenue:c1 "
        "AnalyzeExpense:c1 AnalyzeStat:c1 NextAnalysisEntry:d10.0",
    ),
    "AdmTax": (
        "TaxCode",
        "TaxCode:c3 Description:v50 CurTaxRate:d8.5 PrvTaxRate:d8.5 TaxEffDate:D TaxBasis:c1 "
        "TaxNeutralBasis:c1 TaxPriceCode:v10 TaxIncExcl:c1 GlTaxGlCode:v35 ApTaxGlCode:v35 "
        "PtdTotExempt:d14.2 PtdTotNonExempt:d14.2 PtdTotTaxAmt:d14.2 MtdTotExempt:d14.2 "
        "MtdTotNonExempt:d14.2 MtdTotTaxAmt:d14.2 YtdTotExempt:d14.2 YtdTotNonExempt:d14.2 "
        "YtdTotTaxAmt:d14.2 TaxRateDecimals:d1.0 UseGstFlag:c1 PtdGst:d14.2 YtdGst:d14.2",
    ),
    "TblCurrency": (
        "Currency",
        "Currency:c3 Description:v50 BuyExchangeRate:d12.6 BuyMulDiv:c1 BuyEcDeclRate:d12.6 "
        "BuyEcDeclFact:c1 SellExchangeRate:d12.6 SellMulDiv:c1 SellEcDeclRate:d12.6 "
        "SellEcDeclFact:c1 TriangReqd:c1 IntermediateCur:c3 FixedRate:c1 Tolerance:d5.2",
    ),
    "AdmFormControl": (
        "FormType SequenceNumber",
        "FormType:v6 SequenceNumber:d3.0 FieldName:v6 FieldDescription:v30 FieldType:c1 "
        "FieldLength:d5.0 FieldDecimals:d1.0 DefaultValue:v50 AllowNull:d1.0 TableName:v18 "
        "FormNumber:d3.0 ColumnName:v18 IndexFlag:c1",
    ),
    "AdmFormData": (
        "FormType KeyField FieldName",
        "FormType:v6 KeyField:v110 FieldName:v6 AlphaValue:v255 NumericValue:d18.6 DateValue:D",
    ),
    "AdmFormList": (
        "FormType FieldName",
        "FormType:v6 FieldName:v6 FieldList:v650",
    ),
    "AdmFormValidation": (
        "FormType FieldName Item",
        "FormType:v6 FieldName:v6 Item:v50 Description:v50 DefaultItem:c1",
    ),
}
