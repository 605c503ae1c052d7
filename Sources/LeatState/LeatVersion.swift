/// Which Leat this is.
package enum LeatVersion {
    package static let current = "0.1.0"
}
