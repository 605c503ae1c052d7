/// Which ports the servers listen on.
package enum PortChoice: Sendable, Hashable {
    /// The ports of this home's last start; on a new home the standard ones (13306, 13307, 18123, …).
    case remembered
    /// The standard ports, each moved by this many.
    case offset(Int)
    /// Any ports that are free now; those of this home's last start as long as they are still free. For tests.
    case free
}
