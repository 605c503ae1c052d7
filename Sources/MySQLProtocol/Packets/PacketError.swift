import ColumnarBytes

/// Why a packet could not be decoded.
public enum PacketError: Error, Equatable, Sendable {
    /// The packet ends before its last field.
    case truncated
    /// The packet continues after its last field.
    case trailingBytes(count: Int)
    /// The first byte belongs to another kind of packet.
    case unexpectedKind(UInt8)
    /// The server speaks another protocol than version 10.
    case unsupportedProtocol(version: UInt8)
    /// A field holds what it cannot hold; the text says which.
    case malformed(String)
}

extension PacketError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "the packet ends too early"
        case .trailingBytes(let count): "\(count) bytes follow the packet's last field"
        case .unexpectedKind(let byte): "a packet of another kind (first byte \(byte))"
        case .unsupportedProtocol(let version): "the server speaks protocol version \(version), not 10"
        case .malformed(let what): what
        }
    }
}

/// Cursor reads with the packet decoders' error.
extension ByteCursor {
    mutating func packetInteger<T: FixedWidthInteger>(_ type: T.Type) throws(PacketError) -> T {
        do {
            return try read(type)
        } catch {
            throw .truncated
        }
    }

    mutating func packetBytes(_ count: Int) throws(PacketError) -> UnsafeRawBufferPointer {
        do {
            return try readBytes(count)
        } catch {
            throw .truncated
        }
    }

    mutating func packetNullTerminated() throws(PacketError) -> UnsafeRawBufferPointer {
        do {
            return try readNullTerminated()
        } catch {
            throw .truncated
        }
    }

    /// Reads the first byte and checks that it is `kind`.
    mutating func packetKind(_ kind: UInt8) throws(PacketError) {
        let first = try packetInteger(UInt8.self)
        guard first == kind else { throw .unexpectedKind(first) }
    }

    func packetEnd() throws(PacketError) {
        guard isAtEnd else { throw .trailingBytes(count: remaining) }
    }
}
