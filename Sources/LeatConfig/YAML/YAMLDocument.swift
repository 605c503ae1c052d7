import Foundation
import Yams

/// A configuration file while it is read: what its values are resolved against.
struct YAMLDocument: Sendable {
    let file: String
    let environment: [String: String]
    let supported: Set<Feature>

    /// The document's top section.
    func root(of text: String) throws -> YAMLValue {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw describe(error)
        }
        guard let node, node.null == nil || node.scalar?.style != .plain else {
            throw ConfigurationError(
                file: file,
                cause: "the file is empty",
                remedy: "write `sources:` and `warehouse:` into it (docs/configuration.md has an example)"
            )
        }
        return YAMLValue(node: node, path: "", pattern: "", document: self)
    }

    /// Yams' own descriptions quote the file's text, which may hold a password.
    private func describe(_ error: YamlError) -> ConfigurationError {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let doing = context.map { "\($0.text) " } ?? ""
            return ConfigurationError(
                file: file,
                line: mark.line,
                column: mark.column,
                cause: "this is not YAML: \(doing)\(problem)",
                remedy: "look at this line and the one above it: indent with spaces, put a space behind `:`, and quote "
                    + "\"${…}\" inside { }"
            )
        case .duplicatedKeysInMapping(let duplicates, let context):
            return ConfigurationError(
                file: file,
                line: context.mark.line,
                column: context.mark.column,
                cause: "the section that starts here has a key twice: \(duplicates.joined(separator: ", "))",
                remedy: "keep one of them"
            )
        default:
            return ConfigurationError(
                file: file,
                cause: "this is not YAML, or not UTF-8",
                remedy: "write the file as UTF-8 text"
            )
        }
    }

    /// Replaces `${NAME}` by the environment variable's value; `$${` stands for `${`.
    func substitute(_ text: String, at value: YAMLValue) throws -> String {
        guard text.contains("${") else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.range(of: "${") {
            let before = rest[..<start.lowerBound]
            result += before
            if before.hasSuffix("$") {
                result += "{"
                rest = rest[start.upperBound...]
                continue
            }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw value.error("`${` without `}`", remedy: "write ${NAME}, or $${ for a plain ${")
            }
            let name = String(rest[start.upperBound..<end])
            guard !name.isEmpty, name.allSatisfy({ $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }) else {
                throw value.error(
                    "what stands in ${…} is not the name of an environment variable",
                    remedy: "write ${NAME}, or $${ for a plain ${"
                )
            }
            guard let replacement = environment[name] else {
                throw value.error(
                    "the environment variable \(name) is not set",
                    remedy: "export \(name)=… before starting leat, or use password-file: for a password"
                )
            }
            result += replacement
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// A path in the file is relative to the file's folder.
    func resolve(path: String) -> String {
        if path.hasPrefix("/") { return path }
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
        return "\(folder.isEmpty ? "/" : folder)/\(path)"
    }
}
