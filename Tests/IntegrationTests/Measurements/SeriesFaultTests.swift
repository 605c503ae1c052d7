import Foundation
import InfluxClient
import InfluxProtocol
import LeatTestSupport
import Testing

@testable import DevPlatform

/// Everything that may break, breaks while devices write. Some of their points are late by minutes, some are corrected.
@Suite("InfluxDB to ClickHouse: faults under load", .serialized)
struct SeriesFaultTests {
    @Test("the subscription is dropped under load, again and again: nothing is lost, and it comes back")
    func subscriptionDropped() async throws {
        try await SeriesBench.with("dropped") { bench in
            try await bench.write("readings,device=d0,site=s0 temperature=1 1000")
            try await bench.start()
            try await bench.equal("readings")
            let load = SeriesLoad(bench)
            try await load.run {
                for _ in 0..<3 {
                    try await bench.subscribed()
                    try await load.more(500)
                    try await bench.unsubscribe()
                    try await load.more(1000)
                }
            }
            try await bench.subscribed()
            try await bench.equal("readings")
        }
    }

    @Test("kill -9 of leat under load, in the copy and after it: nothing is lost, nothing is doubled")
    func leatKilled() async throws {
        try await SeriesBench.with("killed") { bench in
            let now = SeriesBench.now()
            let lines = (0..<30_000).map { index in
                "readings,device=d\(index % 40),site=s\(index % 3) temperature=\(index) \(now - Int64(index) * 1_000_000_000)"
            }
            for start in stride(from: 0, to: lines.count, by: 5000) {
                try await bench.write(lines[start..<start + 5000].joined(separator: "\n"))
            }
            let load = SeriesLoad(bench)
            try await load.run {
                try await bench.start()
                try await eventually("the copy has begun", every: .milliseconds(10)) {
                    let exists = try await bench.number("EXISTS TABLE s_killed_raw.readings") == 1
                    return exists ? try await bench.number("SELECT count() FROM s_killed_raw.readings") > 0 : false
                }
                await bench.leat?.kill()
                for _ in 0..<4 {
                    try await bench.start()
                    try await load.more(800)
                    await bench.leat?.kill()
                    try await load.more(400)
                }
                try await bench.start()
                try await load.more(400)
            }
            try await bench.equal("readings")
            try await bench.subscribed()
        }
    }

    @Test(
        "a value that was corrected while leat was dead is right soon after the restart, long before the look-back ends"
    )
    func corrected() async throws {
        var options = SeriesBench.Options()
        options.lookback = "30m"
        try await SeriesBench.with("corrected", options) { bench in
            let time = SeriesBench.now() - 120_000_000_000
            try await bench.write("m,d=a v=1 \(time)")
            try await bench.start()
            try await bench.equal("m")
            try await bench.wait(for: "m", toBe: "streaming")
            await bench.leat?.kill()
            // As many values as before: only a read can show that it is another one.
            try await bench.write("m,d=a v=2 \(time)")
            try await bench.start()
            try await bench.equal("m")
            #expect(try await bench.frontier(of: "m") < Int(time))
        }
    }

    @Test("kill -9 of influxd under load: leat waits, and everything that the server has kept is there")
    func influxKilled() async throws {
        try await SeriesBench.with("influx_killed") { bench in
            try await bench.write("readings,device=d0,site=s0 temperature=1 1000")
            try await bench.start()
            try await bench.equal("readings")
            let load = SeriesLoad(bench)
            try await load.run {
                for _ in 0..<2 {
                    try await load.more(800)
                    try await bench.servers.kill(.influxdb)
                    try await Task.sleep(for: .seconds(2))
                    try await bench.servers.stack.start(.influxdb)
                    try await load.more(800)
                }
            }
            #expect(bench.leat?.isRunning == true)
            try await bench.equal("readings")
        }
    }

    @Test("kill -9 of ClickHouse under load: pushes wait or are refused, and everything is there at the end")
    func warehouseKilled() async throws {
        try await SeriesBench.with("warehouse_killed") { bench in
            try await bench.write("readings,device=d0,site=s0 temperature=1 1000")
            try await bench.start()
            try await bench.equal("readings")
            let load = SeriesLoad(bench)
            try await load.run {
                for _ in 0..<2 {
                    try await load.more(800)
                    try await bench.servers.kill(.clickhouse)
                    try await load.more(1500)
                    try await bench.servers.stack.start(.clickhouse)
                    try await load.more(800)
                }
            }
            #expect(bench.leat?.isRunning == true)
            try await bench.equal("readings")
        }
    }
}
