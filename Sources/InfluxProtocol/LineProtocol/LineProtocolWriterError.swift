/// A name or a tag's value that line protocol cannot express.
public struct LineProtocolWriterError: Error, Sendable, Hashable {
    /// What line protocol cannot express.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case empty = "it is empty"
        case lineFeed = "line protocol has no line breaks in names and tags"
        case leadingWhitespace = "tabs and NULs at the beginning are skipped by the server"
        case trailingBackslash = "a backslash at the end would escape what follows"
        case comment = "a line that begins with # is a comment"
        case duplicateTag = "the tag occurs twice"
        case tooLong = "measurement and tags take more than 65535 bytes"

        /// Why `name` cannot be written, if so.
        init?(forName name: String) {
            guard let first = name.utf8.first else {
                self = .empty
                return
            }
            if name.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
                self = .lineFeed
            } else if first == 0x09 || first == 0 {
                self = .leadingWhitespace
            } else if name.utf8.last == UInt8(ascii: "\\") {
                self = .trailingBackslash
            } else {
                return nil
            }
        }
    }

    public var reason: Reason
    /// What cannot be written.
    public var name: String

    init(_ reason: Reason, name: String) {
        self.reason = reason
        self.name = name
    }
}

extension LineProtocolWriterError: CustomStringConvertible {
    public var description: String { "\"\(name.prefix(200))\" cannot be written: \(reason.rawValue)" }
}
