import Foundation
import InfluxClient
import InfluxProtocol
import LeatConfig

extension InfluxExaminer {
    /// Whether InfluxDB can push its points to Leat, as `listen:` asks for.
    func pushes(_ client: InfluxClient) async throws(InfluxError) -> [Finding] {
        guard let listen = source.listen else { return [] }
        let sourceHost = URLComponents(string: source.url)?.host ?? ""
        guard !Self.isLoopback(listen.host) || Self.isLoopback(sourceHost) else {
            return [
                finding(
                    "influxdb-listen",
                    .warning,
                    cause:
                        "it is at \(sourceHost), and listen: names \(listen.host), which only this machine can reach",
                    effect: "it cannot push new points; they are asked for once a second",
                    remedy: "set listen: of the source to this machine's address in that network, or to off"
                )
            ]
        }
        return address(listen) + (try await administrator(client))
    }

    /// Whether Leat can listen there.
    private func address(_ listen: HostAddress) -> [Finding] {
        guard ListenProbe(host: listen.host).isOfThisMachine else {
            return [
                finding(
                    "influxdb-listen-address",
                    .blocker,
                    cause: "listen: names \(listen.host), which is no address of this machine",
                    effect: "leat run cannot listen there, and ends",
                    remedy: "set listen: of the source in leat.yaml to one of this machine's addresses, or to off"
                )
            ]
        }
        guard listen.port != 0 else { return [] }
        let probe = TCPProbe(host: listen.host, port: listen.port)
        guard probe.isTaken, !probe.answersAsLeat else { return [] }
        return [
            finding(
                "influxdb-listen-port",
                .blocker,
                cause: "another program listens at \(listen), where points are to be pushed to",
                effect: "leat run cannot listen there, and ends",
                remedy: "stop that program, or leave the port out of listen: to have one that is free"
            )
        ]
    }

    /// Only administrators may subscribe.
    ///
    /// Source:
    /// https://docs.influxdata.com/influxdb/v1/administration/authentication_and_authorization/#user-types-and-privileges
    private func administrator(_ client: InfluxClient) async throws(InfluxError) -> [Finding] {
        do {
            _ = try await client.query("SHOW SUBSCRIPTIONS", database: "")
            return []
        } catch  where !error.isTransient {
            return [
                finding(
                    "influxdb-administrator",
                    .warning,
                    cause: "the user `\(source.user)` is no administrator, so it may not subscribe",
                    effect: "new points are asked for once a second instead of being pushed",
                    remedy: "GRANT ALL PRIVILEGES TO \"\(source.user)\"   or set listen: off in leat.yaml"
                )
            ]
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
    }
}
