import InfluxClient
import InfluxProtocol
import LeatConfig
import Logging

/// Checks an InfluxDB source.
struct InfluxExaminer {
    let source: LeatConfiguration.InfluxDB
    let endpoint: InfluxEndpoint
    let logger: Logger

    var subject: String { "InfluxDB \(source.url)" }

    private static let checks = 9

    func examine(into diagnosis: inout Diagnosis) async {
        let client = InfluxClient(endpoint: endpoint, logger: logger)
        var found: [Finding] = []
        do {
            let version = version(try await client.ping())
            found += version
            found += try await database(client)
            // Later versions have no subscriptions at all, which was said.
            if version.isEmpty { found += try await pushes(client) }
        } catch {
            found.append(unreadable(error))
        }
        try? await client.shutdown()
        diagnosis.add(subject, checks: Self.checks, found)
    }

    func finding(
        _ check: String,
        _ severity: Finding.Severity,
        cause: String,
        effect: String,
        remedy: String
    ) -> Finding {
        Finding(check, severity, subject: subject, cause: cause, effect: effect, remedy: remedy)
    }

    /// Subscriptions exist in 1.x only.
    private func version(_ version: String) -> [Finding] {
        let digits = version.drop { !$0.isNumber }
        guard let major = digits.split(separator: ".").first.flatMap({ Int($0) }), major >= 2 else { return [] }
        return [
            finding(
                "influxdb-subscriptions",
                .note,
                cause: "it is InfluxDB \(version), which has no subscriptions",
                effect: "new points are asked for once a second instead of being pushed",
                remedy: "nothing, if a second is soon enough"
            )
        ]
    }

    private func database(_ client: InfluxClient) async throws(InfluxError) -> [Finding] {
        let answer = try await client.query("SHOW DATABASES", database: "")
        let names = answer.series.flatMap { $0.column("name") }.compactMap { $0?.stringValue }
        guard names.contains(source.database) else {
            return [
                finding(
                    "influxdb-database",
                    .blocker,
                    cause: "it has no database `\(source.database)` that the user `\(source.user)` may see",
                    effect: "there is nothing to read",
                    remedy: "correct database: of the source in leat.yaml, or GRANT READ ON \"\(source.database)\""
                )
            ]
        }
        var found: [Finding] = []
        let policies = try await client.query("SHOW RETENTION POLICIES")
        for series in policies.series {
            for (name, duration) in zip(series.column("name"), series.column("duration")) {
                guard let name = name?.stringValue, let text = duration?.stringValue,
                    let seconds = Self.seconds(text), seconds > 0, .seconds(seconds) <= source.lookback
                else { continue }
                found.append(
                    finding(
                        "influxdb-retention",
                        .warning,
                        cause: "the retention policy `\(name)` keeps points for \(text) only, no longer than lookback:",
                        effect: "points can be gone before they were read for the last time",
                        remedy:
                            "ALTER RETENTION POLICY \"\(name)\" ON \"\(source.database)\" DURATION 7d, or shorten lookback:"
                    )
                )
            }
        }
        let measurements = try await client.query("SHOW MEASUREMENTS LIMIT 1")
        if measurements.series.isEmpty {
            found.append(
                finding(
                    "influxdb-empty",
                    .note,
                    cause: "the database `\(source.database)` has no points yet",
                    effect: "tables appear with the first ones",
                    remedy: "nothing, or leat generate iot"
                )
            )
        }
        return found
    }

    /// Go's notation of a duration, as in `168h0m0s`.
    static func seconds(_ text: String) -> Int? {
        var total = 0
        var number = 0
        for character in text {
            if let digit = character.wholeNumberValue {
                number = number &* 10 &+ digit
                continue
            }
            switch character {
            case "h": total += number * 3600
            case "m": total += number * 60
            case "s": total += number
            default: return nil
            }
            number = 0
        }
        return total
    }

    private func unreadable(_ error: any Error) -> Finding {
        guard let error = error as? InfluxError else {
            return finding(
                "influxdb-unreachable",
                .blocker,
                cause: "\(error)",
                effect: "nothing can be read from it",
                remedy: "check url: of the source in leat.yaml"
            )
        }
        switch error.code {
        case .authentication, .accessDenied:
            return finding(
                "influxdb-password",
                .blocker,
                cause: "it refuses the user `\(source.user)`: \(error.message)",
                effect: "nothing can be read from it",
                remedy: "check user: and password: of the source in leat.yaml, and GRANT READ ON \"\(source.database)\""
            )
        default:
            return finding(
                "influxdb-unreachable",
                .blocker,
                cause: "it does not answer: \(error.message)",
                effect: "nothing can be read from it",
                remedy: "check that it runs, and that url: of the source in leat.yaml names it"
            )
        }
    }
}
