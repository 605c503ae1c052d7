import HTTPTransport

/// Where a ClickHouse server answers over HTTP, and as whom to talk to it.
///
/// The password is sent in a header and appears in no description.
package struct ClickHouseEndpoint: Sendable, Hashable {
    /// `http://host:port` or `https://host:port`, with a path where a proxy needs one; no user, query or fragment.
    package var url: String
    package var user: String
    package var password: String
    /// The default database of unqualified names; `nil` for the user's own default.
    package var database: String?

    package init(url: String, user: String = "default", password: String = "", database: String? = nil) {
        self.url = url
        self.user = user
        self.password = password
        self.database = database
    }

    /// The URL without a slash at its end, if it is one that can be used.
    var checkedURL: String? { HTTPAddress.checked(url) }
}

extension ClickHouseEndpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(user) at \(checkedURL ?? "an unusable URL")" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["url": checkedURL ?? "unusable", "user": user]) }
}
