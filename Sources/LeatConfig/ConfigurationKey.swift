/// One key of `leat.yaml`. The list of all keys decides what is an unknown key, and `docs/configuration.md` is held
/// against it.
package struct ConfigurationKey: Hashable, Sendable {
    /// `sources.<name>.mysql.tls`; `<name>` stands for a key that the user chooses.
    package var path: String
    /// What a value looks like, for people: `host:port list`, `duration`, `on | off`.
    package var type: String
    /// What leaving the key out means; `required` where it cannot be left out.
    package var defaultValue: String
    package var help: String

    init(_ path: String, _ type: String, default defaultValue: String, _ help: String) {
        self.path = path
        self.type = type
        self.defaultValue = defaultValue
        self.help = help
    }

    /// The keys that may stand directly in the section of that path, in the order of the list.
    static func names(in section: String) -> [String] {
        let prefix = section.isEmpty ? "" : section + "."
        return all.compactMap { key in
            guard key.path.hasPrefix(prefix) else { return nil }
            let rest = key.path.dropFirst(prefix.count)
            return rest.isEmpty || rest.contains(".") || rest.hasPrefix("<") ? nil : String(rest)
        }
    }
}
