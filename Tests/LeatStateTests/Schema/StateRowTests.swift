import Testing

@testable import LeatState

@Suite("A row of leat.*")
struct StateRowTests {
    private static func row(_ values: [(String, String?)]) -> StateRow {
        StateRow(
            table: "leat.tables",
            columns: Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1.0, $0) }),
            values: values.map(\.1)
        )
    }

    @Test("has fields with types, by the names of their columns")
    func fields() throws {
        let row = Self.row([
            ("floor", "18446744073709551615"), ("state", "streaming"), ("is_last", "true"), ("ok", "0"),
            ("lag", "1.5"), ("names", "['a','b']"), ("counts", "[1,2]"), ("cause", ""),
        ])
        #expect(try row.number("floor") == UInt64.max)
        #expect(try row.choice("state") == TablePhase.streaming)
        #expect(try row.flag("is_last"))
        #expect(try !row.flag("ok"))
        #expect(try row.number("lag") == 1.5)
        #expect(try row.texts("names") == ["a", "b"])
        #expect(try row.numbers("counts") == [1, 2] as [UInt64])
        #expect(try row.text("cause") == "")
    }

    @Test("what cannot be read is an error that names table, column and value")
    func errors() {
        let row = Self.row([("floor", "-1"), ("state", "melting"), ("position", nil), ("names", "['a")])
        func message(_ body: () throws -> Void) -> String {
            do { try body() } catch let error as PipelineError {
                #expect(error.kind == .corruptState)
                return error.message
            } catch { return "\(error)" }
            return "no error"
        }
        func expect(_ column: String, _ found: String, _ body: () throws -> Void) {
            let start = "leat.tables: the column `\(column)` holds \(found), which"
            #expect(message(body).hasPrefix(start), "\(message(body))")
        }
        expect("floor", "`-1`") { _ = try row.number("floor", as: UInt64.self) }
        expect("state", "`melting`") { _ = try row.choice("state", as: TablePhase.self) }
        expect("position", "NULL") { _ = try row.text("position") }
        expect("gone", "nothing") { _ = try row.text("gone") }
        expect("names", "`['a`") { _ = try row.texts("names") }
        expect("state", "`melting`") { _ = try row.flag("state") }
    }
}
