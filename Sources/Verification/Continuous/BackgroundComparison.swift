/// What is compared in the background.
package enum BackgroundComparison: String, Sendable, CaseIterable {
    /// The source's rows with those of the warehouse.
    case rows = "verification"
    /// The checksums that the stream keeps with the warehouse.
    case checksums
}
