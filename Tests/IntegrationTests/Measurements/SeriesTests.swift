import ClickHouseClient
import Foundation
import InfluxClient
import InfluxProtocol
import LeatTestSupport
import Testing

@testable import DevPlatform

@Suite("InfluxDB to ClickHouse", .serialized)
struct SeriesTests {
    @Test(
        "what is there is copied; what comes is pushed: late, repeated, corrected and partial points, new tags and fields"
    )
    func everything() async throws {
        try await SeriesBench.with("all") { bench in
            let now = SeriesBench.now()
            let old = (0..<20_000).map { index in
                "readings,device=d\(index % 50),site=s\(index % 3) v=\(Double(index) / 8),n=\(index)i,"
                    + "ok=\(index % 2 == 0),text=\"t \(index % 9)\" \(now - Int64(index) * 60_000_000_000)"
            }
            try await bench.write(old.joined(separator: "\n"))
            try await bench.write(
                "meters value=1 0",
                "meters value=2 -1000000000000000000",
                "meters value=3 \(now + 86_400_000_000_000)"
            )
            try await bench.start()
            try await bench.equal("readings")
            try await bench.equal("meters")
            try await bench.wait(for: "readings", toBe: "streaming")
            #expect(try await bench.status(of: "readings")?.rows == 20_000)

            try await bench.write("readings,device=d1,site=s1 v=1.5 \(now + 1)")
            try await bench.write("readings,device=d1,site=s1 n=7i \(now + 1)")
            try await bench.write("readings,device=d1,site=s1 v=2.5 \(now + 1)")
            try await bench.write("readings,device=d9,site=s0 v=1 \(now - 3_000_000_000_000_000)")
            try await bench.write("readings v=3 \(now + 2)")
            try await bench.write("readings,device=d1,zone=z\\ 1 v=3 \(now + 3)")
            try await bench.write("readings,device=d1,site=s1 fresh=true,v=4 \(now - 5_000_000_000)")
            try await bench.write("another,a=b text=\"new, \\\"measurement\\\"\",value=5i \(now)")
            try await bench.equal("readings")
            try await bench.equal("another")
            let key = try await bench.servers.client.rows(
                "SELECT sorting_key FROM system.tables WHERE database = 's_all_raw' AND name = 'readings'"
            )
            #expect(key == [["device, site, time, zone"]])
        }
    }

    @Test("points are visible through pushes, before any window is read")
    func pushed() async throws {
        try await SeriesBench.with("push", .init(lookback: "1h", sweep: "1h")) { bench in
            try await bench.write("m,d=a v=1 1000")
            try await bench.start()
            try await bench.equal("m")
            try await bench.subscribed()
            for index in 0..<50 { try await bench.write("m,d=a v=\(index) \(SeriesBench.now())") }
            try await bench.equal("m", within: .seconds(4))
        }
    }

    @Test("without subscriptions the newest points are polled")
    func polled() async throws {
        try await SeriesBench.with("poll", .init(lookback: "1h", sweep: "1h", more: ["listen: off"])) { bench in
            try await bench.write("m,d=a v=1 \(SeriesBench.now())")
            try await bench.start()
            try await bench.equal("m")
            for index in 0..<30 {
                try await bench.write("m,d=a v=\(index) \(SeriesBench.now())")
                try await Task.sleep(for: .milliseconds(50))
            }
            try await bench.equal("m", within: .seconds(15))
            #expect(try await bench.destinations().isEmpty)
        }
    }

    @Test("a field with several types by shard has a column for each, and each value is there exactly")
    func severalTypes() async throws {
        try await SeriesBench.with("types") { bench in
            // Types are held against each other within a shard only: weeks apart they differ.
            let (now, week): (Int64, Int64) = (SeriesBench.now(), 14 * 86_400_000_000_000)
            try await bench.write("m,d=a v=9007199254740993i,w=1 1000", "m,d=a v=1.5,w=2 \(now)")
            try await bench.write("m,d=a v=\"text\" \(now - week)")
            try await bench.start()
            let rows = {
                try await bench.servers.client.rows("SELECT v, v_integer, v_string, w FROM s_types.m ORDER BY time")
            }
            try await eventually("all types are there") {
                guard try await bench.number("EXISTS VIEW s_types.m") == 1 else { return false }
                return try await rows() == [
                    ["9007199254740992", "9007199254740993", nil, "1"], [nil, nil, "text", nil],
                    ["1.5", "1", nil, "2"],
                ]
            }
            try await bench.wait(for: "m", toBe: "streaming")
            try await bench.subscribed()
            try await bench.write("m,d=a v=2.5 \(SeriesBench.now())", "m,d=a v=true \(now - 3 * week)")
            try await eventually("later ones, too, and of a new type", within: .seconds(60)) {
                let columns = try await bench.number(
                    "SELECT count() FROM system.columns WHERE database = 's_types' AND table = 'm' AND name = 'v_boolean'"
                )
                guard columns == 1 else { return false }
                return try await bench.number("SELECT countIf(v = 2.5) + count(v_boolean) FROM s_types.m") == 2
            }
            let answer = try await bench.command("verify", within: .seconds(120))
            #expect(answer.exit == .code(0), "\(answer.output)\(answer.errors)")
        }
    }

    @Test("what the source refuses for its type is not written, and a second type that it takes gets a column")
    func laterType() async throws {
        try await SeriesBench.with("later") { bench in
            try await bench.write("m v=1i \(SeriesBench.now())")
            try await bench.start()
            try await bench.equal("m")
            // Refused by the server, pushed all the same.
            await #expect(throws: InfluxError.self) { try await bench.write("m v=2.5 \(SeriesBench.now())") }
            try await bench.write("m v=3i \(SeriesBench.now())")
            try await bench.equal("m")
            try await bench.write("m v=2.5 1000")
            try await eventually("the other type is there", within: .seconds(60)) {
                let columns = try await bench.number(
                    "SELECT count() FROM system.columns WHERE database = 's_later' AND table = 'm' AND name = 'v_float'"
                )
                guard columns == 1 else { return false }
                return try await bench.number("SELECT count() FROM s_later.m WHERE v_float = 2.5") == 1
            }
            #expect(try await bench.number("SELECT count() FROM s_later.m") == 3)
            #expect(try await bench.status(of: "m")?.state == "streaming")
        }
    }

    @Test("a tag and a field of one name are two columns, by push, read and comparison")
    func sameName() async throws {
        try await SeriesBench.with("samename") { bench in
            try await bench.write("m,x=1 x=2 1000", "m,x=3 x=4,y=5 2000", "m x=6 3000")
            try await bench.start()
            let rows = { try await bench.servers.client.rows("SELECT x, x_field, y FROM s_samename.m ORDER BY time") }
            try await eventually("both are there") {
                guard try await bench.number("EXISTS VIEW s_samename.m") == 1 else { return false }
                return try await rows() == [["1", "2", nil], ["3", "4", "5"], ["", "6", nil]]
            }
            try await bench.subscribed()
            try await bench.write("m,x=7 x=8 \(SeriesBench.now())")
            try await eventually("pushes come, too", within: .seconds(10)) {
                try await rows().last == ["7", "8", nil]
            }
            let answer = try await bench.command("verify", within: .seconds(120))
            #expect(answer.exit == .code(0), "\(answer.output)\(answer.errors)")
        }
    }

    @Test("deleted points stay, or are removed, as configured", arguments: ["keep", "mirror"])
    func deletes(_ onDelete: String) async throws {
        try await SeriesBench.with("delete_\(onDelete)", .init(onDelete: onDelete)) { bench in
            let now = SeriesBench.now()
            let lines = (0..<600).map { index in
                "m,d=d\(index % 3) a=\(index),b=\(index)i \(now - Int64(index) * 30_000_000_000)"
            }
            try await bench.write(lines.joined(separator: "\n"))
            try await bench.start()
            try await bench.equal("m")
            let source = InfluxQL.quote(identifier: "m")
            try await bench.influx.query("DELETE FROM \(source) WHERE d = 'd1' AND time < \(now - 3_600_000_000_000)")
            try await bench.influx.query("DELETE FROM \(source) WHERE d = 'd2' AND time >= \(now - 120_000_000_000)")
            // The same time again with fewer fields than before.
            try await bench.write("m,d=d1 a=-1 \(now - 4_260_000_000_000)", "m,d=d1 a=-2 \(now - 7_200_000_000_001)")
            if onDelete == "mirror" {
                try await bench.equal("m")
                try await bench.influx.query("DROP MEASUREMENT \(source)")
                try await eventually("the dropped measurement is empty", within: .seconds(60)) {
                    try await bench.warehousePoints("m")?.isEmpty == true
                }
                try await bench.write("m,d=d1 a=5 \(SeriesBench.now())")
                try await bench.equal("m")
            } else {
                try await eventually("what was written again is there") {
                    try await bench.number("SELECT count() FROM s_delete_keep.m WHERE a < 0") == 2
                }
                let late = SeriesBench.now()
                try await bench.write("m,d=d1 a=9 \(late)")
                try await eventually("the pipeline goes on") {
                    try await bench.number("SELECT count() FROM s_delete_keep.m WHERE a = 9") == 2
                }
                #expect(try await bench.number("SELECT count() FROM s_delete_keep.m") == 602)
            }
        }
    }

    @Test("measurements of another retention policy have tables of their own")
    func policies() async throws {
        try await SeriesBench.with("policies") { bench in
            try await bench.influx.query("CREATE RETENTION POLICY \"week\" ON \"s_policies\" DURATION 7d REPLICATION 1")
            let now = SeriesBench.now()
            try await bench.write("m,d=a v=1 \(now)")
            try await bench.write("m,d=a v=2,w=3i \(now)", policy: "week")
            try await bench.start()
            try await bench.equal("m")
            let rows = { try await bench.servers.client.rows("SELECT v, w FROM s_policies.m__week ORDER BY v") }
            try await eventually("the other policy's point is there") {
                let exists = try await bench.number("EXISTS VIEW s_policies.m__week") == 1
                return exists ? try await rows() == [["2", "3"]] : false
            }
            try await bench.subscribed(policies: ["autogen", "week"])
            try await bench.write("m,d=a v=4 \(now + 1)", policy: "week")
            try await eventually("pushes of the other policy arrive") {
                try await rows() == [["2", "3"], ["4", nil]]
            }
        }
    }

    @Test("pushes need the password, and the subscription is gone after a clean stop")
    func receiver() async throws {
        try await SeriesBench.with("receiver") { bench in
            try await bench.write("m v=1 1000")
            try await bench.start()
            try await bench.equal("m")
            try await bench.subscribed()
            let destination = try #require(try await bench.destinations().first)
            let url = try #require(URLComponents(string: destination))
            #expect(url.host == "127.0.0.1")
            var http = LoopbackHTTP(port: try #require(url.port))
            let body = [("m v", "666 2000")]
            let path = "/write?db=s_receiver&rp=autogen&precision=ns"
            #expect(await http.post(path, form: body)?.status == 401)
            let wrong = Data("leat:wrong".utf8).base64EncodedString()
            http.headers = [("Authorization", "Basic \(wrong)")]
            #expect(await http.post(path, form: body)?.status == 401)
            let right = Data("\(url.user ?? ""):\(url.password ?? "")".utf8).base64EncodedString()
            http.headers = [("Authorization", "Basic \(right)")]
            #expect(await http.post(path, form: body)?.status == 204)
            #expect(await http.post("/write?precision=lightyears", form: body)?.status == 400)
            #expect(try await bench.stop() == .code(0))
            #expect(try await bench.destinations().isEmpty)
        }
    }

    @Test("what was written while leat was away is there after a restart, however old its time")
    func away() async throws {
        try await SeriesBench.with("away") { bench in
            let now = SeriesBench.now()
            try await bench.write("m,d=a v=1 \(now - 86_400_000_000_000)", "m,d=a v=2 \(now)")
            try await bench.start()
            try await bench.equal("m")
            try await bench.wait(for: "m", toBe: "streaming")
            try await bench.stop()
            try await bench.write(
                "m,d=a v=3 \(now - 86_400_000_000_000 * 30)",
                "m,d=a w=true \(now - 86_400_000_000_000)",
                "m,d=b v=4 \(SeriesBench.now())",
                "n v=5 1000"
            )
            try await bench.start()
            try await bench.equal("m")
            try await bench.equal("n")
        }
    }
}

extension SeriesBench {
    /// Where the pipeline's subscriptions point to, one for each retention policy.
    func destinations() async throws -> [String] { try await subscriptions().map(\.destination) }

    private func subscriptions() async throws -> [(policy: String, destination: String)] {
        var http = LoopbackHTTP(port: servers.influx.port)
        let login = Data("\(servers.influx.user):\(servers.influx.password)".utf8).base64EncodedString()
        http.headers = [("Authorization", "Basic \(login)")]
        struct Answer: Decodable {
            struct Result: Decodable { var series: [Series]? }
            struct Series: Decodable {
                var name: String
                var values: [[Cell]]
            }
            enum Cell: Decodable {
                case text(String), list([String])
                init(from decoder: any Decoder) throws {
                    let value = try decoder.singleValueContainer()
                    if let text = try? value.decode(String.self) {
                        self = .text(text)
                    } else {
                        self = .list(try value.decode([String].self))
                    }
                }
            }
            var results: [Result]
        }
        guard let answer = await http.post("/query", form: [("q", "SHOW SUBSCRIPTIONS")]) else {
            throw Overdue(description: "InfluxDB does not answer")
        }
        let decoded = try JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8))
        return decoded.results.flatMap { $0.series ?? [] }.filter { $0.name == database }.flatMap(\.values).compactMap {
            guard $0.count == 4, case .text(let policy) = $0[0], case .text(let name) = $0[1],
                name == "leat_\(database)", case .list(let destinations) = $0[3], let first = destinations.first
            else { return nil }
            return (policy, first)
        }
    }

    /// Waits until the source pushes to leat.
    func subscribed(policies: Set<String> = ["autogen"]) async throws {
        try await eventually("there is a subscription") { Set(try await subscriptions().map(\.policy)) == policies }
    }

    /// Takes the subscription away behind leat's back.
    func unsubscribe() async throws {
        try await influx.query("DROP SUBSCRIPTION \"leat_\(database)\" ON \"\(database)\".\"autogen\"")
    }
}
