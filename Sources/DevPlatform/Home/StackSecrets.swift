#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The passwords of one home, made up at its first start.
struct StackSecrets: Codable, Sendable {
    var mysqlRoot = StackSecrets.random()
    /// The user `leat` on both MySQL servers.
    var mysql = StackSecrets.random()
    /// The user that the replica replicates with.
    var mysqlReplication = StackSecrets.random()
    var clickhouse = StackSecrets.random()
    var influxdb = StackSecrets.random()

    /// Those in `home`, or new ones, which are then written there.
    static func load(_ home: StackHome) throws(ServerStackError) -> StackSecrets {
        let path = home.secrets + "/passwords.json"
        if let data = FileManager.default.contents(atPath: path) {
            guard let secrets = try? JSONDecoder().decode(StackSecrets.self, from: data) else {
                throw ServerStackError(
                    .homeUnusable,
                    message: "\(path) is not what was written there",
                    remedy: "restore it, or remove \(home.path) to start afresh"
                )
            }
            return secrets
        }
        let secrets = StackSecrets()
        try StackHome.write(StackJSON.text(secrets), to: path)
        return secrets
    }

    /// 24 letters and digits: 142 bits, and nothing that needs quoting anywhere.
    private static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<24).compactMap { _ in letters.randomElement(using: &generator) })
    }
}

extension StackSecrets: CustomStringConvertible {
    /// Never the passwords.
    var description: String { "StackSecrets" }
}

/// JSON as it is written to files: sorted and readable.
enum StackJSON {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { preconditionFailure("plain structs can be encoded") }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
