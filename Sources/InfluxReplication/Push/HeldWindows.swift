/// Windows of pushed points that are not written from their push (``PushRule``).
struct HeldWindows: Sendable, Hashable {
    /// More windows than this are not kept one by one.
    static let countMax = 50_000

    /// Their starts.
    private(set) var windows: Set<Int64> = []
    /// There were too many: everything from here on is to be read again.
    private(set) var start: Int64?

    var isEmpty: Bool { windows.isEmpty && start == nil }

    mutating func insert(_ window: Int64) {
        if let start {
            self.start = min(start, window)
            return
        }
        windows.insert(window)
        guard windows.count > Self.countMax else { return }
        start = windows.min()
        windows = []
    }
}
