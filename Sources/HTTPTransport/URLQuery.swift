/// Names and values percent-encoded (RFC 3986: all but unreserved characters): after `?` in a URL, or as a form.
package struct URLQuery: Sendable {
    package private(set) var text = ""

    package init() {}

    package mutating func append(_ name: String, _ value: String) {
        if !text.isEmpty { text += "&" }
        text += Self.encode(name) + "=" + Self.encode(value)
    }

    package static func encode(_ value: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(value.utf8.count)
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
