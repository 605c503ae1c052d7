import Observability

/// How an objective is kept, as `leat status` prints it.
struct ObjectiveReport: Codable {
    var source: String
    var name: String
    /// nil, and left out, as long as nothing is known.
    var met: Bool?
    /// Of 1.
    var target: Double
    /// The share of good checks since the process has started, of 1; left out before the first.
    var ratio: Double?
    var checks: UInt64
    /// How many times as fast as allowed the error budget is spent; left out where nothing was allowed and something
    /// bad.
    var burn: Double?
    var reason: String

    init(_ state: ObjectiveState) {
        source = state.source
        name = state.name
        met = state.isMet
        target = state.target
        ratio = state.ratio
        checks = state.good &+ state.bad
        burn = state.burn
        reason = state.reason
    }

    /// A table of them for people.
    static func text(_ reports: [ObjectiveReport]) -> String {
        let rows = reports.map { report in
            let state = report.met.map { $0 ? "met" : "MISSED" } ?? "unknown"
            return [
                "\(report.source) \(report.name)", state, report.ratio.map(percent) ?? "–", percent(report.target),
                report.burn.map { "\(($0 * 10).rounded() / 10)" } ?? "–", report.reason,
            ]
        }
        return Terminal.table(["objective", "now", "good checks", "target", "burn", "last check"], rows)
    }

    /// 0.9994 → `99.94 %`. Never rounded up to what it is not.
    private static func percent(_ share: Double) -> String {
        let hundredths = (share * 10_000 + 1e-6).rounded(.down) / 100
        return hundredths == hundredths.rounded() ? "\(Int(hundredths)) %" : "\(hundredths) %"
    }
}
