import Foundation
import Yams

/// A section (mapping) of the file.
struct YAMLSection {
    let value: YAMLValue
    /// In the file's order.
    let entries: [(name: String, key: YAMLValue, value: YAMLValue)]

    /// - Parameter childName: the placeholder for the keys of a section whose keys the user chooses (`name` for
    ///   `sources.<name>`); `nil` for a section with fixed keys, where an unknown one is an error.
    init(_ value: YAMLValue, childName: String? = nil) throws {
        guard let mapping = value.node.mapping else {
            throw value.error(
                value.path.isEmpty ? "the file is not a section" : "a section is expected here",
                remedy: value.path.isEmpty
                    ? "start it with `sources:` and `warehouse:`" : "write its keys indented below it"
            )
        }
        self.value = value
        var entries: [(name: String, key: YAMLValue, value: YAMLValue)] = []
        let known = ConfigurationKey.names(in: value.pattern)
        for (keyNode, node) in mapping {
            let key = YAMLValue(node: keyNode, path: value.path, pattern: value.pattern, document: value.document)
            guard let name = keyNode.scalar?.string, !name.isEmpty else {
                throw key.error("a key must be a name", remedy: "write `name: value`")
            }
            let path = value.path.isEmpty ? name : "\(value.path).\(name)"
            let prefix = value.pattern.isEmpty ? "" : "\(value.pattern)."
            let child = childName.map { "\(prefix)<\($0)>" } ?? "\(prefix)\(name)"
            let placed = YAMLValue(node: keyNode, path: path, pattern: child, document: value.document)
            if childName == nil, !known.contains(name) {
                throw placed.error(
                    "unknown key '\(name)'",
                    remedy: Spelling.closest(to: name, in: known).map { "did you mean '\($0)'?" }
                        ?? "known here: \(known.joined(separator: ", "))"
                )
            }
            entries.append((name, placed, YAMLValue(node: node, path: path, pattern: child, document: value.document)))
        }
        self.entries = entries
    }

    /// The key's value; `nil` where it is missing or null.
    subscript(_ name: String) -> YAMLValue? {
        entries.first { $0.name == name && !$0.value.isNull }?.value
    }

    func required(_ name: String) throws -> YAMLValue {
        if let found = self[name] { return found }
        let path = value.path.isEmpty ? name : "\(value.path).\(name)"
        let pattern = value.pattern.isEmpty ? name : "\(value.pattern).\(name)"
        let place = entries.first { $0.name == name }?.key ?? value
        let missing = YAMLValue(node: place.node, path: path, pattern: pattern, document: value.document)
        throw missing.error(
            entries.contains { $0.name == name } ? "the value is missing" : "the key is missing",
            remedy: missing.hint
        )
    }

    /// `password`, or the content of `password-file`; empty without either.
    func password() throws -> Secret {
        guard let file = self["password-file"] else { return Secret(try self["password"]?.text() ?? "") }
        if self["password"] != nil {
            throw file.error("there is a password: as well", remedy: "keep one of password: and password-file:")
        }
        let path = value.document.resolve(path: try file.nonEmptyText())
        guard let data = FileManager.default.contents(atPath: path), var text = String(data: data, encoding: .utf8)
        else {
            throw file.error(
                "cannot read \(path) as text",
                remedy: "create the file, and let the user that runs leat read it"
            )
        }
        if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
        return Secret(text)
    }
}
