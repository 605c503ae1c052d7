import Testing

@testable import Verification

@Suite("Dividing a table into parts") struct BucketPlanTests {
    @Test("finds parts that differ, or that one side lacks")
    func unequal() {
        let source = [0: RowSums(rows: 1, hash: 1), 1: RowSums(rows: 1, hash: 2), 3: RowSums(rows: 1)]
        let warehouse = [0: RowSums(rows: 1, hash: 1), 1: RowSums(rows: 1, hash: 3), 5: RowSums(rows: 2)]
        #expect(BucketPlan.unequal(source, warehouse) == [1, 3, 5])
    }

    @Test("makes few rows a part, and not too many parts", arguments: [(0, 16), (3_200, 100), (10_000_000, 4096)])
    func buckets(rows: Int, expected: Int) {
        #expect(BucketPlan.buckets(rows: rows) == expected)
    }

    @Test("reads no more rows than fit, on the side that has more")
    func readable() {
        let plan = BucketPlan(columns: 500)
        func part(_ bucket: Int, _ known: UInt64, _ shown: UInt64) -> UnequalPart {
            UnequalPart(span: 0, bucket: bucket, known: RowSums(rows: known), shown: RowSums(rows: shown))
        }
        let parts = [part(2, 600, 700), part(1, 900, 1), part(3, 1_100, 1_000_000)]
        #expect(plan.readable(parts).map(\.bucket) == [2, 1])
        #expect(plan.readable([parts[2]]) == [])
    }
}
