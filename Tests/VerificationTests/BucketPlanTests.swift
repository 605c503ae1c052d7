import Testing

@testable import Verification

@Suite("Dividing a table into parts") struct BucketPlanTests {
    @Test(
        "makes parts of about 256 rows, and at most 65 536 of them",
        arguments: [(0, 1), (255, 1), (100_000, 390), (1_000_000_000, 65_536)] as [(UInt64, Int)]
    )
    func count(rows: UInt64, expected: Int) {
        #expect(BucketPlan(rows: rows, columns: 10).count == expected)
    }

    @Test("finds parts that differ, or that one side lacks")
    func unequal() {
        let source = [0: RowSums(rows: 1, crc: 1, sha: 1), 1: RowSums(rows: 1, crc: 2, sha: 2), 3: RowSums(rows: 1)]
        let warehouse = [0: RowSums(rows: 1, crc: 1, sha: 1), 1: RowSums(rows: 1, crc: 2, sha: 3), 5: RowSums(rows: 2)]
        #expect(BucketPlan.unequal(source, warehouse) == [1, 3, 5])
    }

    @Test("reads the small parts first, and no more rows than fit")
    func readable() {
        let plan = BucketPlan(rows: 100_000, columns: 500)
        let source = [1: RowSums(rows: 900), 2: RowSums(rows: 600), 3: RowSums(rows: 1_100)]
        let warehouse = [1: RowSums(rows: 1), 2: RowSums(rows: 700), 3: RowSums(rows: 1_000_000)]
        #expect(plan.readable([1, 2, 3], source, warehouse) == [1, 2])
        #expect(plan.readable([3], source, warehouse) == [])
    }
}
