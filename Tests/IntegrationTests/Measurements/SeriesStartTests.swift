import ClickHouseClient
import Foundation
import InfluxClient
import LeatTestSupport
import Testing

@testable import DevPlatform

@Suite("InfluxDB to ClickHouse: starts that fail, and backfills", .serialized)
struct SeriesStartTests {
    /// Starts `leat run`, whose pipeline must fail while the process stays.
    ///
    /// - Returns: cause and remedy.
    private func refusal(_ name: String, _ options: SeriesBench.Options) async throws -> String {
        var text = ""
        try await SeriesBench.with(name, options) { bench in
            try await bench.start()
            try await eventually("the pipeline has failed", within: .seconds(30)) {
                let answer = try await bench.command("status", "--json")
                let status = try JSONDecoder().decode(StatusAnswer.self, from: Data(answer.output.utf8))
                guard let failed = status.pipelines.first(where: { $0.state == "failed" }) else { return false }
                text = "\(failed.cause)\n  fix: \(failed.remedy)"
                return true
            }
            #expect(bench.leat?.isRunning == true)
        }
        return text
    }

    @Test("an unreachable InfluxDB, a wrong password and an unknown database are said with cause and remedy")
    func refusals() async throws {
        let port = try FreePort.any()
        let away = try await refusal("away_url", .init(influxURL: "http://127.0.0.1:\(port)"))
        #expect(away.contains("InfluxDB does not answer at http://127.0.0.1:\(port)"))
        #expect(away.contains("fix: check that it runs and that url:"))
        let password = try await refusal("wrong_password", .init(password: "geheim"))
        #expect(password.contains("refuses the user or its password"))
        #expect(!password.contains("geheim"))
        let database = try await refusal("no_database", .init(influxDatabase: "nowhere"))
        #expect(database.contains("has no database `nowhere`"))
        let taken = try await SeriesServers.shared.servers().influx.port
        let listen = try await refusal("taken", .init(more: ["listen: \"127.0.0.1:\(taken)\""]))
        #expect(listen.contains("nothing can listen on 127.0.0.1:\(taken)"))
    }

    @Test("a user who may only read is followed by polling")
    func reader() async throws {
        try await SeriesBench.with("reader", .init(lookback: "1h", user: "reader", password: "pw")) { bench in
            try await bench.influx.query("CREATE USER \"reader\" WITH PASSWORD 'pw'")
            try await bench.influx.query("GRANT READ ON \"s_reader\" TO \"reader\"")
            try await bench.write("m v=1 \(SeriesBench.now())")
            try await bench.start()
            try await bench.equal("m")
            try await bench.write("m v=2 \(SeriesBench.now())")
            try await bench.equal("m", within: .seconds(15))
        }
    }

    @Test("a backfill reads its span and no more, and one that was broken off resumes where it stopped")
    func backfill() async throws {
        try await SeriesBench.with("backfill") { bench in
            let day: Int64 = 86_400_000_000_000
            let start: Int64 = 1_772_323_200_000_000_000
            for part in 0..<6 {
                let lines = (0..<10_000).map { index in
                    "m,d=d\(index % 20) v=\(index),part=\(part)i \(start + Int64(part) * day + Int64(index) * 8_000_000_000)"
                }
                try await bench.write(lines.joined(separator: "\n"))
            }
            let span = ["--from", "2026-03-02", "--to", "2026-03-05T00:00:00Z"]
            let first = try await LeatProcess.start(
                ["backfill", "s_backfill"] + span + ["--config", bench.configuration],
                log: bench.folder + "/backfill.log"
            )
            try await eventually("a part of it is recorded", every: .milliseconds(10)) {
                guard first.isRunning, try await bench.number("EXISTS TABLE leat.windows") == 1 else {
                    return !first.isRunning
                }
                return try await bench.number("SELECT count() FROM leat.windows WHERE pipeline = 's_backfill'") > 0
            }
            await first.kill()
            let answer = try await LeatAnswer(
                ["backfill", "s_backfill", "--json", "--config", bench.configuration] + span,
                in: bench.folder
            )
            #expect(answer.exit == .code(0), "\(answer.errors)")
            struct Report: Decodable { var points: Int }
            #expect(try JSONDecoder().decode(Report.self, from: Data(answer.output.utf8)).points == 30_000)
            let rows = try await bench.servers.client.rows(
                "SELECT part, count(), sum(v) FROM s_backfill.m GROUP BY part ORDER BY part"
            )
            #expect(rows == [["1", "10000", "49995000"], ["2", "10000", "49995000"], ["3", "10000", "49995000"]])
            try await bench.start()
            try await bench.equal("m")
        }
    }

    @Test("a backfill of a source that is not there, or of no time, says what is wrong")
    func wrongBackfill() async throws {
        try await SeriesBench.with("wrong_backfill") { bench in
            let unknown = try await bench.command("backfill", "nix", "--from", "2026-01-01")
            #expect(unknown.exit == .code(2))
            #expect(unknown.errors.contains("there is no InfluxDB source 'nix'"))
            let time = try await bench.command("backfill", "s_wrong_backfill", "--from", "yesterday")
            #expect(time.exit == .code(2))
            #expect(time.errors.contains("is not a time"))
        }
    }
}
