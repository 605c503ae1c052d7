import MySQLClient

/// Why a shop cannot be loaded or kept busy; what the server or the network say stays a `MySQLError`.
package struct ShopError: Error, Sendable {
    /// The kind of failure; compare with `==`.
    package struct Code: Hashable, Sendable {
        private enum Base { case otherShop, noShop, rowsRefused, foreignRows }

        private let base: Base

        /// The database holds a shop made from another seed or size, or tables of the same names that are not ours.
        package static let otherShop = Code(base: .otherShop)
        /// The database holds no complete shop.
        package static let noShop = Code(base: .noShop)
        /// The server did not take rows as they are.
        package static let rowsRefused = Code(base: .rowsRefused)
        /// Someone else writes under the keys that traffic uses.
        package static let foreignRows = Code(base: .foreignRows)
    }

    package let code: Code
    /// One line that names the cause.
    package let message: String
    /// One line that says what to do.
    package let remedy: String

    init(_ code: Code, _ message: String, remedy: String) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}

extension ShopError: CustomStringConvertible {
    package var description: String { message }
}
