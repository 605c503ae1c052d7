import ClickHouseClient
import LeatConfig
import Logging
import MySQLClient
import Testing

@testable import Diagnostics

/// What no test can do to a machine or a server: readings are put in their place.
@Suite("What is running out")
struct LimitsTests {
    private static let configuration = LeatConfiguration(
        path: "leat.yaml",
        sources: [],
        warehouse: .init(url: "http://127.0.0.1:1", user: "leat", password: Secret(""))
    )
    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func withWarehouse(_ body: (WarehouseExaminer) -> Void) async throws {
        let endpoint = ClickHouseEndpoint(url: "http://127.0.0.1:1", user: "leat", password: "")
        let client = ClickHouseClient(endpoint: endpoint, logger: Self.silent)
        body(WarehouseExaminer(client: client, configuration: Self.configuration))
        try await client.shutdown()
    }

    @Test("too little memory, too few files and a full disk are three findings")
    func host() throws {
        let poor = HostReadings(availableMemoryMiB: 200, filesMax: 64, freeDiskBytes: 100 << 20)
        let found = HostExaminer(Self.configuration, readings: poor).limits()
        try #require(found.map(\.check) == ["host-memory", "host-files", "host-disk"])
        #expect(found[0].cause == "200 MiB of memory are free, and batches of this size can need 384 MiB")
        #expect(found[1].remedy.contains("ulimit -n"))
        #expect(found[2].cause.hasPrefix("100 MiB are free"))
        #expect(Set(found.map(\.remedy)).count == 3)
        let rich = HostReadings(availableMemoryMiB: 384, filesMax: 256, freeDiskBytes: 1 << 30)
        #expect(HostExaminer(Self.configuration, readings: rich).limits().isEmpty)
        // Where the machine does not say, nothing is made up.
        #expect(HostExaminer(Self.configuration, readings: HostReadings()).limits().isEmpty)
    }

    @Test("the readings of this machine are there")
    func readings() {
        let readings = HostReadings(folder: "/")
        #expect((readings.filesMax ?? 0) > 0 && (readings.freeDiskBytes ?? 0) > 0)
        #if os(Linux)
        #expect((readings.availableMemoryMiB ?? 0) > 0)
        #endif
    }

    @Test(
        "a clock counts as wrong beyond two seconds and the time that the answer took",
        arguments: [(1000.0, nil), (1002.4, nil), (1003.0, 2.75), (990.0, -10.25)] as [(Double, Double?)]
    )
    func clock(theirs: Double, seconds: Double?) {
        #expect(ClockSkew(theirs: theirs, before: 1000, after: 1000.5)?.seconds == seconds)
    }

    @Test("clocks that are wrong are named, each with what is wrong by them")
    func clocks() async throws {
        let skew = try #require(ClockSkew(theirs: 100, before: 1000, after: 1000))
        let endpoint = MySQLEndpoint(host: "db", port: 3306, user: "leat", password: "")
        let source = LeatConfiguration.MySQL(hosts: [], user: "leat", password: Secret(""))
        let mySQL = MySQLExaminer(endpoint: endpoint, source: source, logger: Self.silent).behindTime(skew)
        #expect(mySQL.check == "mysql-clock" && mySQL.cause == "its clock is 900 s behind this machine's")
        try await withWarehouse { examiner in
            let finding = examiner.behindTime(skew)
            #expect(finding.check == "clickhouse-clock" && finding.effect != mySQL.effect)
        }
    }

    @Test("ClickHouse's disks, memory and version")
    func warehouse() async throws {
        try await withWarehouse { examiner in
            let gibibyte = 1_073_741_824.0
            #expect(examiner.disk("default", free: 20 * gibibyte, of: 100 * gibibyte) == nil)
            let low = examiner.disk("default", free: 5 * gibibyte, of: 100 * gibibyte)
            #expect(low?.severity == .warning && low?.cause == "its disk `default` has 5.0 GiB free of 100.0 GiB")
            #expect(examiner.disk("cold", free: gibibyte / 2, of: gibibyte)?.severity == .blocker)
            #expect(examiner.memory(limit: 0) == nil && examiner.memory(limit: gibibyte) == nil)
            #expect(examiner.memory(limit: gibibyte / 4)?.cause == "it may use 256 MiB of memory only")
            #expect(examiner.version("25.8.2.1") == nil && examiner.version("26.1.1") == nil)
            #expect(examiner.version("24.12.1.5")?.remedy == "upgrade to 25.6 or later, best an LTS version")
        }
    }
}
