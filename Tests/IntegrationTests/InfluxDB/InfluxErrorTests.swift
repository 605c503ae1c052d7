import InfluxClient
import InfluxProtocol
import LeatTestSupport
import NIOCore
import Testing

extension RealInfluxDB {
    /// What a server refuses, and what can be done about it.
    @Suite("The InfluxDB client distinguishes errors")
    struct InfluxErrorTests {
        @Test("a type conflict drops single points and says how many")
        func typeConflict() async throws {
            try await withInflux(database: "conflict") { client in
                try await client.write(ByteBuffer(string: "m,a=x f=1i 1\n"))
                let error = await influxFailure {
                    try await client.write(ByteBuffer(string: "m,a=x f=2i 2\nm,a=x f=2.5 3\nm,a=x f=\"x\" 4\n"))
                }
                #expect(error?.code == .partialWrite)
                #expect(error?.partialWrite?.dropped == 2)
                #expect(error?.partialWrite?.reason.contains("field type conflict") == true)
                #expect(error?.isTransient == false)
                #expect(error?.isAnswerUncertain == false)
                let stored = try await client.query("SELECT count(f) FROM m").series.first?.column("count")
                #expect(stored == [.integer(2)])
            }
        }

        @Test("malformed lines are named by number, the good ones kept")
        func malformed() async throws {
            try await withInflux(database: "malformed") { client in
                let body = "m f=1 1\n# comment\nm f= 2\nm f=3 3\n  m f=x 4\nm f=5 5\n"
                let error = await influxFailure { try await client.write(ByteBuffer(string: body)) }
                #expect(error?.code == .partialWrite)
                #expect(error?.partialWrite?.lines.map(\.number) == [3, 5])
                #expect(error?.partialWrite?.lines.map(\.text) == ["m f= 2", "m f=x 4"])
                #expect(error?.partialWrite?.lines.map(\.reason) == ["missing field value", "invalid boolean"])
                let stored = try await client.query("SELECT count(f) FROM m").series.first?.column("count")
                #expect(stored == [.integer(3)])
                var mine: [Int] = []
                Array(body.utf8).withUnsafeBytes {
                    LineProtocolParser().parse($0) { _ in
                    } malformed: { error in
                        mine.append(error.line)
                    }
                }
                #expect(mine == [3, 5])

                let total = await influxFailure { try await client.write(ByteBuffer(string: "nonsense\n")) }
                #expect(total?.code == .refused)
                #expect(total?.partialWrite?.lines.map(\.number) == [1])
            }
        }

        @Test("points beyond the retention policy are dropped for good")
        func beyondRetention() async throws {
            try await withInflux(database: "beyond") { client in
                try await client.query("CREATE RETENTION POLICY short ON beyond DURATION 1h REPLICATION 1 DEFAULT")
                let error = await influxFailure { try await client.write(ByteBuffer(string: "m f=1 1\nm f=2\n")) }
                #expect(error?.code == .partialWrite)
                #expect(error?.partialWrite?.dropped == 1)
            }
        }

        @Test("a wrong password, an unknown user and a missing right are neither transient nor uncertain")
        func authentication() async throws {
            try await withInflux(database: "guarded") { client in
                try await client.createUser("reader's \"own\"", password: "p'w\\d")
                try await client.grant(.read, on: "guarded", to: "reader's \"own\"")
                let users = try await client.users()
                #expect(users.contains(InfluxUser(name: "reader's \"own\"", isAdmin: false)))
                #expect(users.contains { $0.isAdmin })
            }
            for (user, password) in [("reader's \"own\"", "wrong"), ("nobody", "x")] {
                try await withInflux(database: "guarded", user: user, password: password) { client in
                    let query = await influxFailure { try await client.query("SELECT * FROM m") }
                    #expect(query?.code == .authentication)
                    #expect(query?.isTransient == false)
                    let write = await influxFailure { try await client.write(ByteBuffer(string: "m f=1")) }
                    #expect(write?.code == .authentication)
                    #expect(write?.isAnswerUncertain == false)
                }
            }
            try await withInflux(database: "guarded", user: "reader's \"own\"", password: "p'w\\d") { client in
                let readable = try await client.query("SELECT * FROM m")
                #expect(readable.series.isEmpty)
                let write = await influxFailure { try await client.write(ByteBuffer(string: "m f=1")) }
                #expect(write?.code == .accessDenied)
                let drop = await influxFailure { try await client.query("DROP DATABASE guarded") }
                #expect(drop?.code == .accessDenied)
            }
            try await withInflux(database: "guarded") { client in
                try await client.dropUser("reader's \"own\"")
                let users = try await client.users()
                #expect(users.contains { $0.name == "reader's \"own\"" } == false)
            }
        }

        @Test("an unknown database or retention policy is named as such, by writes, queries and streams")
        func unknown() async throws {
            var endpoint = try await InfluxServer.shared.endpoint()
            endpoint.database = "nowhere"
            let client = InfluxClient(endpoint: endpoint, logger: silent)
            let write = await influxFailure { try await client.write(ByteBuffer(string: "m f=1")) }
            #expect(write?.code == .unknownDatabase)
            #expect(write?.isTransient == false)
            let query = await influxFailure { try await client.query("SELECT * FROM m") }
            #expect(query?.code == .unknownDatabase)
            for format in StreamFormat.allCases {
                let stream = await influxFailure {
                    try await client.stream("SELECT * FROM m", columns: [.time], format: format, rows: InfluxRows())
                }
                #expect(stream?.code == .unknownDatabase, "\(format)")
            }
            let syntax = await influxFailure { try await client.query("SELEKT") }
            #expect(syntax?.code == .refused)
            try await client.shutdown()
            try await withInflux(database: "policyless") { client in
                let write = await influxFailure {
                    try await client.write(ByteBuffer(string: "m f=1"), retentionPolicy: "none")
                }
                #expect(write?.code == .unknownRetentionPolicy)
                #expect(write?.isTransient == false)
            }
        }

        @Test("a server that is down is worth waiting for, and takes the same points when it is back")
        func down() async throws {
            try await withInflux(database: "down") { client in
                let lines = ByteBuffer(string: "m f=1 1\n")
                try await client.write(lines)
                try await InfluxServer.shared.kill()
                try await eventually("InfluxDB is gone") {
                    let error = await influxFailure { try await client.write(lines) }
                    return error?.code == .connectionFailed
                }
                let error = await influxFailure { try await client.write(lines) }
                #expect(error?.isTransient == true)
                #expect(error?.isAnswerUncertain == false)
                let ping = await influxFailure { _ = try await client.ping() }
                #expect(ping?.code == .connectionFailed)
                try await InfluxServer.shared.start()
                try await client.write(lines)
                let version = try await client.ping()
                #expect(version.hasPrefix("1."))
                let stored = try await client.query("SELECT count(f) FROM m").series.first?.column("count")
                #expect(stored == [.integer(1)])
            }
        }
    }
}
