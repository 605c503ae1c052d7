import Foundation

/// What the doctor has checked and found.
package struct Diagnosis: Sendable, Hashable {
    /// One subject and how many checks were made there.
    package struct Examined: Sendable, Hashable, Codable {
        package var subject: String
        package var checks: Int
    }

    package private(set) var examined: [Examined] = []
    package private(set) var findings: [Finding] = []

    package init() {}

    mutating func add(_ subject: String, checks: Int, _ found: [Finding]) {
        examined.append(Examined(subject: subject, checks: checks))
        findings += found
    }

    package func has(_ severity: Finding.Severity) -> Bool { findings.contains { $0.severity == severity } }

    /// 0 if all is well or only noted, 1 with warnings, 3 with a blocker.
    package var exitCode: Int32 {
        if has(.blocker) { return 3 }
        return has(.warning) ? 1 : 0
    }

    /// `{"healthy", "examined": [{"subject", "checks"}], "findings": [{"check", "severity", "subject", "cause",
    /// "effect", "remedy"}]}`, findings in the order of ``ordered``.
    package func json() throws -> String {
        struct Answer: Encodable {
            var healthy: Bool
            var examined: [Examined]
            var findings: [Finding]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let answer = Answer(healthy: exitCode == 0, examined: examined, findings: ordered)
        return String(decoding: try encoder.encode(answer), as: UTF8.self)
    }

    /// By subject as they were examined, the worst first.
    package var ordered: [Finding] {
        examined.flatMap { subject in
            findings.filter { $0.subject == subject.subject }
                .sorted { ($1.severity, $0.check, $0.cause) < ($0.severity, $1.check, $1.cause) }
        }
    }
}
