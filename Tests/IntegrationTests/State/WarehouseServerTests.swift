import ClickHouseClient
import ColumnarBytes
import Logging
import Testing
import Warehouse

extension RealClickHouse {
    @Suite("Raw tables on a real ClickHouse")
    struct WarehouseServerTests {
        private let table = WarehouseTable(
            database: "raw_tables",
            name: "t",
            columns: [
                .init(name: "id", type: "UInt32", wireType: "UInt32", layout: .fixed(width: 4), isNullable: false)
            ],
            orderBy: ["id"]
        )

        @Test("what a new copy did not find is removed however long that takes (B7)")
        func tombstones() async throws {
            try await withClickHouse { client in
                try await Warehouse(client: client, pipeline: "raw_tables", isDurable: false).create(table, floor: 0)
                try await client.execute(
                    """
                    INSERT INTO raw_tables_raw.t (id, _version)
                    SELECT number, \(RowVersion.first(ofBatch: 1)) + number FROM numbers(200000)
                    """
                )
                try await client.execute(
                    """
                    INSERT INTO raw_tables_raw.t (id, _version)
                    SELECT number, \(RowVersion.first(ofBatch: 8)) + number FROM numbers(1000)
                    """
                )
                // One to which everything takes too long that does not ask for more time.
                let impatient = ClickHouseClient(
                    endpoint: client.endpoint,
                    configuration: .init(requestTimeout: .milliseconds(1)),
                    logger: Logger(label: "test")
                )
                await #expect(throws: ClickHouseError.self) {
                    try await impatient.execute("SELECT sleep(0.1)")
                }
                let warehouse = Warehouse(client: impatient, pipeline: "raw_tables", isDurable: false)
                do {
                    try await warehouse.tombstoneOlder(thanBatch: 7, in: table)
                    try await warehouse.tombstone(where: "id < 10", olderThanBatch: 9, in: table)
                } catch {
                    Issue.record("\(error)")
                }
                try await impatient.shutdown()
                #expect(try await client.rows("SELECT count(), min(id) FROM raw_tables.t") == [["990", "10"]])
            }
        }
    }
}
