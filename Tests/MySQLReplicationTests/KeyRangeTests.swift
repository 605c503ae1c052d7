import MySQLProtocol
import Testing

@testable import MySQLReplication

@Suite("KeyRange")
struct KeyRangeTests {
    @Test("a single column compares directly")
    func single() {
        #expect(KeyRange(lower: nil, upper: nil).condition(columns: ["`id`"]) == "1")
        #expect(KeyRange(lower: ["5"], upper: nil).condition(columns: ["`id`"]) == "`id` > 5")
        #expect(KeyRange(lower: ["5"], upper: ["9"]).condition(columns: ["`id`"]) == "`id` > 5 AND `id` <= 9")
    }

    @Test("several columns compare in order, with a range on the first that an index can use")
    func several() {
        let range = KeyRange(lower: ["1", "2"], upper: ["3", "4"])
        #expect(
            range.condition(columns: ["a", "b"])
                == "a >= 1 AND ((a > 1) OR (a = 1 AND b > 2)) AND a <= 3 AND ((a < 3) OR (a = 3 AND b <= 4))"
        )
    }

    @Test("ranges that follow each other hold every key exactly once")
    func partition() throws {
        // The conditions, evaluated here, over all pairs of a small grid.
        let bounds: [[Int]] = [[1, 1], [1, 3], [2, 0], [3, 3]]
        let ends: [[Int]?] = [nil] + bounds + [nil]
        for a in 0...4 {
            for b in 0...4 {
                var hits = 0
                for index in 0..<(ends.count - 1) {
                    let isAbove = ends[index].map { [a, b].lexicographicallyGreater(than: $0) } ?? true
                    let isWithin = ends[index + 1].map { ![a, b].lexicographicallyGreater(than: $0) } ?? true
                    if isAbove && isWithin { hits += 1 }
                }
                #expect(hits == 1)
            }
        }
    }

    @Test("boundaries are read and written so that any bytes survive")
    func literals() {
        #expect(MySQLType.text(.utf8).descriptor.boundaryExpression("`n`") == "HEX(`n`)")
        #expect(MySQLType.text(.utf8).descriptor.sourceLiteral(ofBoundary: "C3A9") == "_utf8mb4 x'C3A9'")
        #expect(MySQLType.binary(length: 2).descriptor.sourceLiteral(ofBoundary: "00FF") == "x'00FF'")
        #expect(MySQLType.enumeration(["a"]).descriptor.boundaryExpression("`e`") == "`e`+0")
        #expect(MySQLType.integer(bytes: 8, isUnsigned: true).descriptor.sourceLiteral(ofBoundary: "7") == "7")
        #expect(
            MySQLType.dateTime(fraction: 0).descriptor.sourceLiteral(ofBoundary: "2024-01-02 03:04:05")
                == "'2024-01-02 03:04:05'"
        )
    }

    @Test("a range survives being recorded")
    func json() throws {
        let range = KeyRange(lower: ["_utf8mb4 x'C3A9'", "2"], upper: nil)
        #expect(try KeyRange(json: range.json) == range)
    }
}

extension [Int] {
    fileprivate func lexicographicallyGreater(than other: [Int]) -> Bool { other.lexicographicallyPrecedes(self) }
}
