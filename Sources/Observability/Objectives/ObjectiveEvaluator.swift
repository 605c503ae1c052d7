/// Judges one objective check by check. Pure: readings and time come in from outside.
struct ObjectiveEvaluator {
    /// What a check says.
    enum Verdict: Sendable, Hashable {
        /// Counted as good.
        case good
        /// Counted as bad.
        case bad
        /// Not counted: not known yet.
        case unknown
    }

    let objective: Objective
    private(set) var good: UInt64 = 0
    private(set) var bad: UInt64 = 0
    /// The last check that counted; nil before the first.
    private(set) var isMet: Bool?
    /// What the last check saw, for people.
    private(set) var reason = "not known yet"
    private var unknownSince: Double?
    private var changes = CountWindow()

    /// A pipeline records its progress every ten seconds or sooner; otherwise its lag is as old as its last record.
    static let silenceAllowed = 15.0

    init(_ objective: Objective) { self.objective = objective }

    /// - Parameter now: seconds of a clock that never goes back.
    mutating func check(_ readings: ObjectiveReadings, at now: Double) -> Verdict {
        let verdict = settle(judge(readings, at: now), at: now)
        switch verdict {
        case .good: good += 1
        case .bad: bad += 1
        case .unknown: return .unknown
        }
        isMet = verdict == .good
        return verdict
    }

    /// For how long a value may be unknown before that is bad in itself, in seconds.
    private var grace: Double {
        switch objective.condition {
        case .lagBelow(let seconds): max(60, seconds)
        // A first comparison of everything takes its time.
        case .noDifference: 86_400
        case .verifiedWithin(let seconds): seconds
        case .rows: .infinity
        case .noDrift: 60
        }
    }

    private mutating func settle(_ verdict: Verdict, at now: Double) -> Verdict {
        guard verdict == .unknown else {
            unknownSince = nil
            return verdict
        }
        let since = unknownSince ?? now
        unknownSince = since
        guard now - since > grace else { return .unknown }
        reason = "not known for \(Self.text(now - since))"
        return .bad
    }

    private mutating func judge(_ readings: ObjectiveReadings, at now: Double) -> Verdict {
        switch objective.condition {
        case .lagBelow(let seconds):
            let silence = (readings.silenceSeconds ?? 0) - Self.silenceAllowed
            guard let lag = readings.lagSeconds.map({ max($0, silence) }) ?? (silence > 0 ? silence : nil) else {
                return .unknown
            }
            reason = "\(Self.text(lag)) behind the source; less than \(Self.text(seconds)) is wanted"
            return lag < seconds ? .good : .bad
        case .noDifference:
            guard let differences = readings.differences else { return .unknown }
            reason = Self.count(differences, "row") + " known to differ"
            return differences == 0 ? .good : .bad
        case .verifiedWithin(let seconds):
            guard let age = readings.oldestVerificationSeconds else { return .unknown }
            reason = "every table was compared within \(Self.text(age)); \(Self.text(seconds)) is wanted"
            return age <= seconds ? .good : .bad
        case .rows(let table, let least, let seconds):
            let change = changes.add(readings.rows[table] ?? 0, at: now, window: seconds)
            reason = "\(change) rows of \(table) in \(Self.text(seconds)); at least \(least) are wanted"
            if change >= least { return .good }
            // Too early to say as long as the time has not passed.
            return changes.covers(seconds, at: now) ? .bad : .unknown
        case .noDrift:
            guard let tables = readings.quarantinedTables else { return .unknown }
            reason = Self.count(tables, "table") + " quarantined"
            return tables == 0 ? .good : .bad
        }
    }

    var state: ObjectiveState {
        ObjectiveState(
            source: objective.source,
            name: objective.name,
            isMet: isMet,
            target: objective.target,
            good: good,
            bad: bad,
            reason: reason
        )
    }

    /// `no row is`, `1 row is`, `2 rows are`.
    private static func count(_ number: Double, _ word: String) -> String {
        switch number {
        case ...0: "no \(word) is"
        case ...1: "1 \(word) is"
        default: "\(UInt64(min(number, 1e15))) \(word)s are"
        }
    }

    /// `0.4 s`, `12 s`, `5 min`, `24 h`.
    static func text(_ seconds: Double) -> String {
        func rounded(_ value: Double) -> String { "\(Int(value.rounded()))" }
        if seconds < 10 {
            let tenths = (seconds * 10).rounded()
            return tenths.truncatingRemainder(dividingBy: 10) == 0 ? "\(Int(tenths / 10)) s" : "\(tenths / 10) s"
        }
        if seconds < 120 { return rounded(seconds) + " s" }
        if seconds < 7200 { return rounded(seconds / 60) + " min" }
        return rounded(seconds / 3600) + " h"
    }
}
