import Logging

/// How a log line looks.
package enum LogFormat: Sendable, Hashable {
    /// One JSON object a line: `time`, `level`, `logger`, `message`, then `error` and `fields` where there are any.
    case json
    /// One line for people: time (UTC), level, logger, message and `key=value`.
    case human(colors: Bool)

    /// - Parameter fields: with the logger's own metadata, in any order.
    func line(
        time: WallClock,
        level: Logger.Level,
        logger: String,
        message: String,
        error: String?,
        fields: Logger.Metadata
    ) -> String {
        switch self {
        case .json: Self.json(time, level, logger, message, error, fields)
        case .human(let colors): Self.human(time, level, logger, message, error, fields, colors)
        }
    }

    // MARK: JSON

    private static func json(
        _ time: WallClock,
        _ level: Logger.Level,
        _ logger: String,
        _ message: String,
        _ error: String?,
        _ fields: Logger.Metadata
    ) -> String {
        var line = "{\"time\":\"\(time.iso8601)\",\"level\":\"\(level.rawValue)\",\"logger\":"
        JSONText.append(logger, to: &line)
        line += ",\"message\":"
        JSONText.append(message, to: &line)
        if let error {
            line += ",\"error\":"
            JSONText.append(error, to: &line)
        }
        if !fields.isEmpty {
            line += ",\"fields\":"
            append(.dictionary(fields), to: &line, depth: 0)
        }
        return line + "}\n"
    }

    private static func append(_ value: Logger.MetadataValue, to line: inout String, depth: Int) {
        switch value {
        case .string(let text): JSONText.append(text, to: &line)
        case .stringConvertible(let value):
            if let number = number(value) { line += number } else { JSONText.append("\(value)", to: &line) }
        case .dictionary(let fields) where depth < 8:
            line += "{"
            for (index, (key, value)) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line += "," }
                JSONText.append(key, to: &line)
                line += ":"
                append(value, to: &line, depth: depth + 1)
            }
            line += "}"
        case .array(let values) where depth < 8:
            line += "["
            for (index, value) in values.enumerated() {
                if index > 0 { line += "," }
                append(value, to: &line, depth: depth + 1)
            }
            line += "]"
        case .dictionary, .array: line += "\"…\""
        }
    }

    /// Numbers and truth values stay what they are.
    private static func number(_ value: any CustomStringConvertible) -> String? {
        switch value {
        case let number as any BinaryInteger: "\(number)"
        case let number as Double where number.isFinite: "\(number)"
        case let number as Float where number.isFinite: "\(number)"
        case let flag as Bool: flag ? "true" : "false"
        default: nil
        }
    }

    // MARK: For people

    private static func human(
        _ time: WallClock,
        _ level: Logger.Level,
        _ logger: String,
        _ message: String,
        _ error: String?,
        _ fields: Logger.Metadata,
        _ colors: Bool
    ) -> String {
        let name = level.rawValue.padded(to: 8)
        var line = time.timeOfDay + " " + (colors ? "\(color(level))\(name)\u{1B}[0m" : name) + " " + logger + ": "
        line += oneLine(message)
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            let text = oneLine("\(value)")
            let isPlain = !text.isEmpty && !text.contains { $0 == " " || $0 == "\"" || $0 == "=" }
            let pair = "\(oneLine(key))=\(isPlain ? text : JSONText.quoted("\(value)"))"
            line += colors ? "  \u{1B}[2m\(pair)\u{1B}[0m" : "  \(pair)"
        }
        if let error { line += "  error=" + JSONText.quoted(error) }
        return line + "\n"
    }

    private static func color(_ level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "\u{1B}[2m"
        case .info: "\u{1B}[32m"
        case .notice: "\u{1B}[36m"
        case .warning: "\u{1B}[33m"
        case .error, .critical: "\u{1B}[31m"
        }
    }

    /// Without control characters: what a server sends must not move the cursor or forge a line.
    private static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x9B }) else {
            return text
        }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x9B ? " " : $0 }
            )
        )
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
