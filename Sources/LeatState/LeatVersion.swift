/// Which Leat this is.
public enum LeatVersion {
    public static let current = "0.1.0"
}
