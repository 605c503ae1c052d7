import Foundation
import Synchronization

/// One line of progress: redrawn in place on a terminal, else printed now and then as a line of its own.
final class ProgressLine: Sendable {
    private struct State {
        var drawnAt: ContinuousClock.Instant?
        var last = ""
        var isOpen = false
    }

    private let state = Mutex(State())
    private let isSilent: Bool

    /// - Parameter isSilent: print nothing, for `--json`.
    init(isSilent: Bool = false) { self.isSilent = isSilent }

    /// Shows how far something is.
    ///
    /// - Parameters:
    ///   - fraction: 0 to 1, or nil where the end is not known.
    ///   - rate: rows a second.
    func show(_ title: String, fraction: Double?, rows: UInt64, rate: Double) {
        guard !isSilent else { return }
        var text = title.padding(toLength: max(26, title.count), withPad: " ", startingAt: 0)
        if let fraction {
            let filled = Int((min(1, max(0, fraction)) * 20).rounded())
            text += " [" + String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled) + "]"
            text += String(format: " %3.0f %%", min(1, fraction) * 100)
        }
        text += "  \(Terminal.grouped(rows)) rows  \(Terminal.grouped(Int(rate))) rows/s"
        if let fraction, fraction > 0.01, fraction < 1, rate > 0 {
            let left = Double(rows) * (1 - fraction) / fraction / rate
            text += "  \(Terminal.seconds(left)) left"
        }
        draw(text, isLast: false)
    }

    /// Shows any text.
    func note(_ text: String) { if !isSilent { draw(text, isLast: false) } }

    /// Ends the line with a result.
    func finish(_ text: String) { if !isSilent { draw(text, isLast: true) } }

    /// Takes the line away.
    func clear() {
        guard !isSilent, Terminal.isInteractive else { return }
        FileHandle.standardOutput.write(Data("\r\u{1B}[2K".utf8))
    }

    private func draw(_ text: String, isLast: Bool) {
        state.withLock { state in
            let now = ContinuousClock.now
            let pause: Duration = Terminal.isInteractive ? .milliseconds(100) : .seconds(2)
            if !isLast, let drawnAt = state.drawnAt, now - drawnAt < pause { return }
            state.drawnAt = now
            if Terminal.isInteractive {
                let end = isLast ? "\n" : ""
                FileHandle.standardOutput.write(Data("\r\u{1B}[2K\(text)\(end)".utf8))
            } else if text != state.last {
                Terminal.write(text)
            }
            state.last = text
        }
    }
}
