import Foundation
import LeatConfig

/// Checks the machine that Leat runs on, and its configuration file.
struct HostExaminer {
    private let configuration: LeatConfiguration
    private let readings: HostReadings
    private static let subject = "this machine"

    /// - Parameter readings: what the machine has; asked of it if nil.
    init(_ configuration: LeatConfiguration, readings: HostReadings? = nil) {
        self.configuration = configuration
        let folder = URL(fileURLWithPath: configuration.path).deletingLastPathComponent().path
        self.readings = readings ?? HostReadings(folder: folder)
    }

    func examine(into diagnosis: inout Diagnosis) {
        let found = limits() + [secrets(), listen()].compactMap { $0 }
        diagnosis.add(Self.subject, checks: 5, found)
    }

    private func finding(
        _ check: String,
        _ severity: Finding.Severity,
        cause: String,
        effect: String,
        remedy: String
    ) -> Finding {
        Finding(check, severity, subject: Self.subject, cause: cause, effect: effect, remedy: remedy)
    }

    /// What the machine has too little of.
    func limits() -> [Finding] { [memory(), files(), disk()].compactMap { $0 } }

    /// Two batches are decoded while others are written.
    private func memory() -> Finding? {
        let needed = 128 + 8 * (configuration.batches.bytes >> 20)
        guard let free = readings.availableMemoryMiB, free < needed else { return nil }
        return finding(
            "host-memory",
            .warning,
            cause: "\(free) MiB of memory are free, and batches of this size can need \(needed) MiB",
            effect: "the system may end leat under load",
            remedy: "free memory, or lower batches: bytes: in leat.yaml"
        )
    }

    private func files() -> Finding? {
        guard let most = readings.filesMax, most < 256 else { return nil }
        return finding(
            "host-files",
            .warning,
            cause: "a process may open \(most) files only",
            effect: "connections are refused when copies run beside the stream",
            remedy: "ulimit -n 1024   or LimitNOFILE= in the service's unit"
        )
    }

    private func disk() -> Finding? {
        guard let free = readings.freeDiskBytes, free < 1 << 30 else { return nil }
        return finding(
            "host-disk",
            .warning,
            cause: "\(free >> 20) MiB are free where \(configuration.path) is",
            effect: "logs, and the servers of leat up, stop when it is full",
            remedy: "free space there"
        )
    }

    /// A file with passwords in it is nobody else's business.
    private func secrets() -> Finding? {
        guard let text = try? String(contentsOfFile: configuration.path, encoding: .utf8),
            let attributes = try? FileManager.default.attributesOfItem(atPath: configuration.path),
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue, mode & 0o044 != 0
        else { return nil }
        let holdsPassword = text.split(separator: "\n").contains { line in
            guard let key = line.range(of: "password:") else { return false }
            let value = line[key.upperBound...].trimmingCharacters(in: CharacterSet(charactersIn: " \"',}"))
            return !value.isEmpty && !value.hasPrefix("${") && !line.trimmingCharacters(in: .whitespaces).hasPrefix("#")
        }
        guard holdsPassword else { return nil }
        return finding(
            "host-secrets",
            .warning,
            cause: "\(configuration.path) holds a password and others may read it (mode \(String(mode, radix: 8)))",
            effect: "whoever has an account here can read the databases",
            remedy: "chmod 600 \(configuration.path)   or use password-file: or ${VARIABLE}"
        )
    }

    /// Whether the console's address can be had, or is held by a leat.
    private func listen() -> Finding? {
        let address = configuration.console.listen
        let probe = TCPProbe(host: address.host, port: address.port)
        guard probe.isTaken, !probe.answersAsLeat else { return nil }
        return finding(
            "host-port",
            .blocker,
            cause: "another program listens at \(address.host):\(address.port)",
            effect: "leat run cannot serve its metrics there, and ends",
            remedy: "set console: {listen: …} in leat.yaml to a free port, or stop that program"
        )
    }
}
