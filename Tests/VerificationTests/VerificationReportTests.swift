import Foundation
import Testing
import Verification

@Suite("The verification report") struct VerificationReportTests {
    private let report = VerificationReport(
        position: "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-77",
        tables: [
            TableResult(
                name: "shop.orders",
                isEqual: true,
                sourceRows: 1_234_567,
                warehouseRows: 1_234_567,
                duplicateKeys: 0,
                sourceChecksum: "0a-0b",
                warehouseChecksum: "0a-0b",
                seconds: 1.25
            ),
            TableResult(
                name: "shop.payments",
                isEqual: false,
                sourceRows: 1000,
                warehouseRows: 999,
                differences: [
                    Difference(key: "17", column: nil, kind: .missing),
                    Difference(key: "21", column: "fee", kind: .value),
                ],
                hasMoreDifferences: true,
                duplicateKeys: 0,
                sourceChecksum: "01-02",
                warehouseChecksum: "03-04",
                seconds: 0.5
            ),
            TableResult(
                name: "shop.odd",
                isEqual: false,
                failure: "it is quarantined: column `x` holds a zero date\n  fix: correct the rows"
            ),
        ]
    )

    @Test("prints as JSON with the same keys for every table, and reads back")
    func json() throws {
        let expected = """
            {
              "equal" : false,
              "position" : "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-77",
              "tables" : [
                {
                  "differences" : [

                  ],
                  "duplicateKeys" : 0,
                  "equal" : true,
                  "failure" : null,
                  "hasMoreDifferences" : false,
                  "keptRows" : 0,
                  "name" : "shop.orders",
                  "seconds" : 1.25,
                  "sourceChecksum" : "0a-0b",
                  "sourceRows" : 1234567,
                  "unsettledRows" : 0,
                  "warehouseChecksum" : "0a-0b",
                  "warehouseRows" : 1234567
                },
                {
                  "differences" : [
                    {
                      "column" : null,
                      "key" : "17",
                      "kind" : "missing"
                    },
                    {
                      "column" : "fee",
                      "key" : "21",
                      "kind" : "value"
                    }
                  ],
                  "duplicateKeys" : 0,
                  "equal" : false,
                  "failure" : null,
                  "hasMoreDifferences" : true,
                  "keptRows" : 0,
                  "name" : "shop.payments",
                  "seconds" : 0.5,
                  "sourceChecksum" : "01-02",
                  "sourceRows" : 1000,
                  "unsettledRows" : 0,
                  "warehouseChecksum" : "03-04",
                  "warehouseRows" : 999
                },
                {
                  "differences" : [

                  ],
                  "duplicateKeys" : null,
                  "equal" : false,
                  "failure" : "it is quarantined: column `x` holds a zero date\\n  fix: correct the rows",
                  "hasMoreDifferences" : false,
                  "keptRows" : 0,
                  "name" : "shop.odd",
                  "seconds" : 0,
                  "sourceChecksum" : null,
                  "sourceRows" : null,
                  "unsettledRows" : 0,
                  "warehouseChecksum" : null,
                  "warehouseRows" : null
                }
              ]
            }
            """
        let json = try report.json()
        #expect(json == expected)
        #expect(try JSONDecoder().decode(VerificationReport.self, from: Data(json.utf8)) == report)
    }

    @Test("prints as a table, with the differences below")
    func table() {
        let expected = """
            TABLE             SOURCE  WAREHOUSE  RESULT         TIME
            shop.orders    1,234,567  1,234,567  equal         1.2 s
            shop.payments      1,000        999  DIFFERENT     0.5 s
            shop.odd               -          -  not compared  0.0 s

            shop.payments:
              key 17: missing in the warehouse
              key 21: another value in column `fee`
              … and more

            shop.odd: it is quarantined: column `x` holds a zero date
              fix: correct the rows

            DIFFERENT: 1, not compared: 1 of 3 tables, at 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-77
            """
        #expect(report.renderTable(isTerminal: false) == expected)
    }

    @Test("has colours on a terminal only")
    func colours() {
        #expect(report.renderTable(isTerminal: true).contains("\u{1B}[31m"))
        #expect(!report.renderTable(isTerminal: false).contains("\u{1B}"))
    }

    @Test("is equal exactly if every table is, and there are tables")
    func isEqual() {
        #expect(!VerificationReport(position: "", tables: []).isEqual)
        #expect(!report.isEqual)
        #expect(report.exitCode == 1)
        let equal = VerificationReport(position: "", tables: [report.tables[0]])
        #expect(equal.isEqual)
        #expect(equal.exitCode == 0)
        #expect(equal.renderTable(isTerminal: false).hasSuffix("equal: 1 of 1 table, at "))
    }

    @Test("says of a table that could not be compared not that it differs, and is not equal")
    func notCompared() {
        let report = VerificationReport(position: "", tables: [report.tables[0], report.tables[2]])
        #expect(report.exitCode == 3)
        #expect(report.renderTable(isTerminal: false).hasSuffix("\n\nNOT COMPARED: 1 of 2 tables, at "))
    }

    @Test(
        "ends with 1 for a difference, 3 where nothing differs and something was not compared, and 0 only if all is equal"
    )
    func exitCodes() {
        func code(_ tables: TableResult...) -> Int32 { VerificationReport(position: "", tables: tables).exitCode }
        let (equal, different, unknown) = (report.tables[0], report.tables[1], report.tables[2])
        #expect(code() == 3)
        #expect(code(equal) == 0)
        #expect(code(equal, unknown) == 3)
        #expect(code(equal, different) == 1)
        #expect(code(different, unknown) == 1)
        var failedLater = different
        failedLater.failure = "the server went away"
        #expect(code(failedLater) == 1)
    }

    @Test("names a table that only one side has, with what to do")
    func strayTables() {
        let gone = Difference(key: nil, column: nil, kind: .extraTable)
        let new = Difference(key: nil, column: nil, kind: .missingTable)
        let report = VerificationReport(
            position: "3e11",
            tables: [
                TableResult(name: "shop.gone", isEqual: false, differences: [gone]),
                TableResult(name: "shop.new", isEqual: false, differences: [new]),
            ]
        )
        #expect(report.exitCode == 1)
        let text = report.renderTable(isTerminal: false)
        #expect(
            text.contains("shop.gone:\n  the source has no such table any more; the warehouse still shows its rows")
        )
        #expect(text.contains("  fix: leat tables forget shop.gone"))
        #expect(text.contains("  fix: leat tables resync shop.new"))
    }

    @Test("reports what was found before a comparison failed, and why it did")
    func failedLater() {
        var table = report.tables[1]
        table.hasMoreDifferences = false
        table.failure = "the server went away\n  fix: verify again"
        let text = VerificationReport(position: "3e11", tables: [table]).renderTable(isTerminal: false)
        let expected = """
            shop.payments:
              key 17: missing in the warehouse
              key 21: another value in column `fee`
            shop.payments: the server went away
              fix: verify again

            DIFFERENT: 1 of 1 table, at 3e11
            """
        #expect(text.hasSuffix(expected))
    }
}
