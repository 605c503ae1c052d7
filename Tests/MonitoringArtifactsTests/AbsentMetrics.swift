/// Metrics that a healthy platform of `leat up` does not show, and why. Everything else must have data on it.
enum AbsentMetrics {
    /// They come with a fault or with an option of leat.yaml.
    static let sometimes: Set<String> = []

    static func excuse(_ metrics: Set<String>) -> Bool {
        !metrics.isDisjoint(with: sometimes)
    }
}
