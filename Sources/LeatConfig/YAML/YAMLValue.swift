import Foundation
import Yams

/// A value in the file with its place, for reading and for errors.
struct YAMLValue {
    let node: Node
    /// The key in full, as the user wrote it.
    let path: String
    /// The same with `<name>` for keys that the user chooses: what the list of keys calls it.
    let pattern: String
    let document: YAMLDocument

    func error(_ cause: String, remedy: String) -> ConfigurationError {
        ConfigurationError(
            file: document.file,
            line: node.mark?.line ?? 0,
            column: node.mark?.column ?? 0,
            keyPath: path,
            cause: cause,
            remedy: remedy
        )
    }

    /// Nothing, `~` or `null`, unquoted.
    var isNull: Bool {
        guard let scalar = node.scalar else { return false }
        return scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// Refuses a value that asks for what this version does not do.
    func require(_ feature: Feature, remedy: String) throws {
        guard !document.supported.contains(feature) else { return }
        throw error("\(feature.rawValue): not supported yet", remedy: remedy)
    }

    // MARK: Scalars

    /// Text, with environment variables put in.
    func text() throws -> String {
        guard let scalar = node.scalar else {
            throw error("a single value is expected here, not a \(node.isMapping ? "section" : "list")", remedy: hint)
        }
        return try document.substitute(scalar.string, at: self)
    }

    func nonEmptyText() throws -> String {
        let text = try text()
        guard !text.isEmpty else { throw error("the value is empty", remedy: hint) }
        return text
    }

    func integer(in range: ClosedRange<Int>) throws -> Int {
        let text = try text()
        guard let number = Int(text.replacingOccurrences(of: "_", with: "")) else {
            throw error("a whole number is expected here", remedy: hint)
        }
        guard range.contains(number) else {
            throw error(
                "\(number) is out of range",
                remedy: "give a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    func onOff() throws -> Bool {
        switch try text().lowercased() {
        case "on", "true", "yes": return true
        case "off", "false", "no": return false
        default: throw error("on or off is expected here", remedy: hint)
        }
    }

    /// One of the raw values of a closed set.
    func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) throws -> Choice
    where Choice.RawValue == String {
        let text = try text()
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        throw error(
            "'\(text)' is not one of \(names.joined(separator: ", "))",
            remedy: Spelling.closest(to: text, in: names).map { "did you mean '\($0)'?" } ?? hint
        )
    }

    /// A size in bytes: `32MiB`, `64 KB`, `1048576`.
    func bytes(in range: ClosedRange<Int>) throws -> Int {
        let units = [
            "": 1, "b": 1, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "kib": 1 << 10, "mib": 1 << 20,
            "gib": 1 << 30,
        ]
        guard let (number, unit) = Self.split(try text()), let factor = units[unit.lowercased()],
            case let (bytes, overflow) = number.multipliedReportingOverflow(by: factor), !overflow
        else { throw error("a size is expected here", remedy: "write it like 32MiB, 500KB or 1GiB") }
        guard range.contains(bytes) else {
            throw error(
                "\(bytes) bytes are out of range",
                remedy: "give a size from \(Self.describe(bytes: range.lowerBound)) to "
                    + "\(Self.describe(bytes: range.upperBound))"
            )
        }
        return bytes
    }

    /// A share, as per cent: `4%`, `0.5 %`. The range is of 1.
    func share(in range: ClosedRange<Double>) throws -> Double {
        let text = try text()
        guard text.hasSuffix("%"), let number = Double(text.dropLast().trimmingCharacters(in: .whitespaces)) else {
            throw error("a share is expected here", remedy: "write it like 4% or 0.5%")
        }
        guard range.contains(number / 100) else {
            throw error(
                "\(text) is out of range",
                remedy: "give a share from \(range.lowerBound * 100)% to \(range.upperBound * 100)%"
            )
        }
        return number / 100
    }

    /// A length of time: `500ms`, `15m`, `30d`. The range is in milliseconds.
    func duration(inMilliseconds range: ClosedRange<Int>) throws -> Duration {
        let units = ["ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let (number, unit) = Self.split(try text()), let factor = units[unit],
            case let (milliseconds, overflow) = number.multipliedReportingOverflow(by: factor), !overflow
        else { throw error("a duration is expected here", remedy: "write it like 500ms, 2s, 15m, 1h or 7d") }
        guard range.contains(milliseconds) else {
            throw error(
                "this duration is out of range",
                remedy: "give one from \(Self.describe(milliseconds: range.lowerBound)) to "
                    + "\(Self.describe(milliseconds: range.upperBound))"
            )
        }
        return .milliseconds(milliseconds)
    }

    /// `32 MiB` → 32, `MiB`.
    private static func split(_ text: String) -> (Int, String)? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "_") }
        guard let number = Int(digits.replacingOccurrences(of: "_", with: "")) else { return nil }
        return (number, text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces))
    }

    private static func describe(bytes: Int) -> String {
        for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where bytes % size == 0 {
            return "\(bytes / size)\(unit)"
        }
        return "\(bytes)"
    }

    private static func describe(milliseconds: Int) -> String {
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        where milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }

    func host(defaultPort: Int?) throws -> HostAddress {
        guard let address = HostAddress(parsing: try text(), defaultPort: defaultPort) else {
            throw error(
                "this is not a \(defaultPort == nil ? "host:port" : "host or host:port")",
                remedy: "write it like 127.0.0.1:\(defaultPort ?? 18080), db.example.com:\(defaultPort ?? 18080) or "
                    + "[::1]:\(defaultPort ?? 18080)"
            )
        }
        return address
    }

    /// An http or https URL without a path, user or query; without the trailing slash.
    func url() throws -> String {
        var text = try text()
        let remedy = "write it like http://127.0.0.1:18123"
        while text.hasSuffix("/") { text.removeLast() }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty
        else { throw error("this is not an http or https address", remedy: remedy) }
        guard parts.user == nil, parts.password == nil else {
            throw error("a user or password in an address would be logged", remedy: "use user: and password: instead")
        }
        guard parts.query == nil, parts.fragment == nil, parts.path.isEmpty else {
            throw error("the address has more than scheme, host and port", remedy: remedy)
        }
        return text
    }

    // MARK: Lists

    func list() throws -> [YAMLValue] {
        guard let sequence = node.sequence else {
            throw error("a list is expected here", remedy: "write it like [a, b], or one `- a` a line")
        }
        return sequence.enumerated().map { index, node in
            YAMLValue(node: node, path: "\(path)[\(index)]", pattern: pattern, document: document)
        }
    }

    func nonEmptyList() throws -> [YAMLValue] {
        let list = try list()
        guard !list.isEmpty else { throw error("the list is empty", remedy: hint) }
        return list
    }

    // MARK: Help

    /// What belongs here, from the list of keys.
    var hint: String {
        guard let key = ConfigurationKey.all.first(where: { $0.path == pattern }) else {
            return "see docs/configuration.md"
        }
        return "expected: \(key.type) (docs/configuration.md)"
    }
}

extension Node {
    var isMapping: Bool {
        if case .mapping = self { true } else { false }
    }
}
