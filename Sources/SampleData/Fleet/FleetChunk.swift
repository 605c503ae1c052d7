/// A run of ticks of one member, which is written in one request: with it go the repeats and corrections of its points,
/// so that of a point either nothing is there or its last state.
package struct FleetChunk: Sendable, Hashable {
    package let measurement: FleetMeasurement
    /// The number of the device or meter.
    package let member: Int
    let ticks: Range<Int>

    /// About a megabyte of lines.
    static let ticksMax = 5000
}

/// What a chunk was rendered to.
package struct FleetRendering: Sendable, Equatable {
    /// Lines written, repeats and corrections included.
    package var lines = 0
    /// Points: lines of different series or time.
    package var points = 0
}
