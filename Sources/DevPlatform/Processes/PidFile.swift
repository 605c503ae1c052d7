#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `HOME/run/<server>.pid`: the process id and, on the second line, when that process started (clock ticks since
/// boot), so that a process that got the same id later is not taken for it.
struct PidFile: Sendable, Equatable {
    var processID: Int32
    var startTicks: UInt64?

    /// - Parameter processID: a process that runs.
    init(processID: Int32) {
        self.processID = processID
        startTicks = ProcessTable.startTicks(of: processID)
    }

    private init(processID: Int32, startTicks: UInt64?) {
        self.processID = processID
        self.startTicks = startTicks
    }

    static func read(_ path: String) -> PidFile? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        guard let processID = lines.first.flatMap({ Int32($0) }), processID > 1 else { return nil }
        return PidFile(processID: processID, startTicks: lines.dropFirst().first.flatMap { UInt64($0) })
    }

    func write(to path: String) throws(ServerStackError) {
        try StackHome.write("\(processID)\n" + (startTicks.map { "\($0)\n" } ?? ""), to: path)
    }

    /// Whether that very process runs.
    var isAlive: Bool {
        guard let startTicks else { return false }
        return ProcessTable.startTicks(of: processID) == startTicks
    }
}
