#if LocalPlatform
import DevPlatform
import Foundation
import MonitoringArtifacts

/// The rules that `leat up` gives to its Prometheus.
enum PrometheusRules {
    /// - Parameter path: a file that takes the place of Leat's own rules.
    static func files(_ path: String?) throws(ServerStackError) -> [String: String] {
        guard let path else { return [RuleFile.name: RuleFile().text] }
        guard let text = FileManager.default.contents(atPath: path) else {
            throw ServerStackError(
                .invalidOptions,
                message: "the rule file \(path) cannot be read",
                remedy: "leat render prometheus --file \(RuleFile.name) > \(path)"
            )
        }
        return [RuleFile.name: String(decoding: text, as: UTF8.self)]
    }
}
#endif
