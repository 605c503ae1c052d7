/// Addresses of servers, as configurations give them.
package enum HTTPAddress {
    /// The URL without a slash at its end.
    ///
    /// - Returns: nil unless it is `http://host:port` or `https://host:port`, perhaps with a path: a user in it would end up in
    ///   logs, a query would mix with ours.
    package static func checked(_ url: String) -> String? {
        guard let scheme = ["http://", "https://"].first(where: url.hasPrefix) else { return nil }
        var rest = url.dropFirst(scheme.count)
        while rest.last == "/" { rest.removeLast() }
        let isUsable =
            !rest.isEmpty && rest.first != "/"
            && rest.utf8.allSatisfy { byte in
                byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "@") && byte != UInt8(ascii: "?")
                    && byte != UInt8(ascii: "#")
            }
        return isUsable ? scheme + rest : nil
    }

    /// What is wrong with a URL for which ``checked(_:)`` is nil.
    package static let rule = "the URL must be http://host:port or https://host:port, without a user, query or fragment"

    /// Whether a user, password or token can be sent in a header.
    package static func isHeaderValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
