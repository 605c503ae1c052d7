/// A run of ticks of one member, which is written in one request: with it go the repeats and corrections of its points,
/// so that of a point either nothing is there or its last state.
public struct FleetChunk: Sendable, Hashable {
    public let measurement: FleetMeasurement
    /// The number of the device or meter.
    public let member: Int
    let ticks: Range<Int>

    /// About a megabyte of lines.
    static let ticksMax = 5000
}

/// What a chunk was rendered to.
public struct FleetRendering: Sendable, Equatable {
    /// Lines written, repeats and corrections included.
    public var lines = 0
    /// Points: lines of different series or time.
    public var points = 0
}
