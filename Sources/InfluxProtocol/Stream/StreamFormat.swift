/// How a streamed result travels.
public enum StreamFormat: String, Sendable, Hashable, CaseIterable {
    /// MessagePack from 1.x and chunked JSON from servers that take a token, which know no MessagePack. Whatever is
    /// asked for, the answer's `Content-Type` decides how it is read.
    case automatic
    /// 1.x only. The smallest, the cheapest to read, and the only one that keeps strings that are not UTF-8.
    case messagePack
    /// Chunked JSON: every server.
    case json
    /// Cannot distinguish NULL from an empty string, so it is refused where a string field is wanted; no `GROUP BY`.
    case csv

    /// For the `Accept` header.
    ///
    /// - Parameter isForToken: the server takes a token.
    public func accept(isForToken: Bool) -> String {
        switch self {
        case .automatic: isForToken ? Self.jsonType : Self.messagePackType
        case .messagePack: Self.messagePackType
        case .json: Self.jsonType
        case .csv: Self.csvType
        }
    }

    static let messagePackType = "application/x-msgpack"
    static let jsonType = "application/json"
    static let csvType = "application/csv"

    /// What a `Content-Type` says; 1.x names JSON also where it says nothing.
    public init?(contentType: String?) {
        let type = contentType?.lowercased().prefix { $0 != ";" && $0 != " " }
        switch type {
        case nil, "application/json", "text/json": self = .json
        case "application/x-msgpack", "application/msgpack": self = .messagePack
        case "application/csv", "text/csv": self = .csv
        default: return nil
        }
    }
}
