import MySQLProtocol
import NIOCore

@testable import MySQLClient

/// Payloads as real servers sent them (MySQL 9.7.4, MariaDB 10.11.19), and how packets are put around them.
enum ServerBytes {
    static let handshake = hex(
        """
        0a392e372e342d3200c2000000700c69034458363f00ffffff0200ffdf1500000000000000000000
        48641d504d01436b012f28540063616368696e675f736861325f70617373776f726400
        """
    )
    static let mariaDBHandshake = hex(
        """
        0a352e352e352d31302e31312e31392d4d6172696144422d302b64656231327531001200000079582c70
        6f5d666700fef7080200ff81150000000000001d0000005348503762696953443a363f006d7973716c5f
        6e61746976655f70617373776f726400
        """
    )
    static let ok = hex("00000002000000")
    static let okAfterInsert = hex(
        "00020402000000265265636f7264733a203220204475706c6963617465733a203020205761726e696e67733a2030"
    )
    static let okWithMore = hex("0000000a000000")
    static let rowsEnd = hex("fe000002000000")
    static let accessDenied = hex(
        """
        ff15042332383030304163636573732064656e69656420666f7220757365722027666173742740276c6f63616c686f737427
        20287573696e672070617373776f72643a2059455329
        """
    )
    static let unknownColumn = hex(
        "ff1e04233432533232556e6b6e6f776e20636f6c756d6e202769642720696e20276669656c64206c69737427"
    )
    static let switchToSHA256 = hex(
        "fe7368613235365f70617373776f72640054456a7635461f145b71136c5d4d05252c0d0b1000"
    )
    static let fastAuthentication = hex("0103")
    static let fullAuthentication = hex("0104")
    static let publicKey =
        [1]
        + Array(
            """
            -----BEGIN PUBLIC KEY-----
            MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA09p3IstefyZwFAdhp1B2
            JNa3g/NY75M2ZdeS5XWcYsV9NIOvQLo6P2THx2Cy3MMoRJWeXcZsbFmcJw6DJUC6
            88iWd1AgnpsTF1V4TmdKQfmeRxZm38yqkuDsY11zLxS2SSTTCRmf1SIIAgEFFHxO
            /1/fMdI44uu2ken5Ak7+RJAvNkw2b8X8RRqqPEEgDqlsy0HSD7bFQw5kfg0SGNZH
            5+NfaGqpK0BFLiH08PsSas9q8JDbeAgcJK5dBkAuPNq2urviJh5vP4lKbwOe+r1M
            TyOVnxfZBk0eu9xMS0oxA3jd5fqfSfvLKnR7jR/SLidMuZvc1KrYbZfDGxeFzlJo
            TQIDAQAB
            -----END PUBLIC KEY-----

            """.utf8
        )

    /// `select x.a as id, q.a, b as bb, now(6) > 0, 'ü' u …`: count, definitions, two rows, end.
    static let resultSet = [
        hex("05"),
        hex("0364656601740178017802696401610c3f000b000000030342000000"),
        hex("0364656600017100016101610c3f0004000000f60100010000"),
        hex("0364656601740178017802626201620c3f000b000000030000000000"),
        hex("036465660000000a6e6f77283629203e2030000c3f0001000000088100000000"),
        hex("036465660000000175000cff0004000000fd01001f0000"),
        hex("013103312e350131013102c3bc"),
        hex("013203312e350132013102c3bc"),
        rowsEnd,
    ]
    static let resultSetRows: [[String?]] = [["1", "1.5", "1", "1", "ü"], ["2", "1.5", "2", "1", "ü"]]

    /// One column called `n`.
    static let columnN = hex("03646566 00 00 00 016e 00 0c 3f00 0b000000 03 0000 00 0000")

    /// A heartbeat (type 27) of 43 bytes with its checksum, after the OK byte.
    static func event(type: UInt8, bodyBytes: Int) -> [UInt8] {
        let length = UInt32(19 + bodyBytes)
        var bytes: [UInt8] = [0, 0, 0, 0, 0, type, 1, 0, 0, 0]
        for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
        bytes += [4, 0, 0, 0, 0, 0]
        return bytes + [UInt8](repeating: 0xEE, count: bodyBytes)
    }

    /// Packets around payloads, numbered from `first` on; large payloads take several.
    static func packets(_ payloads: [[UInt8]], from first: UInt8) -> ByteBuffer {
        var buffer = ByteBuffer()
        var number = first
        for payload in payloads {
            var rest = payload[...]
            var isFull: Bool
            repeat {
                let part = rest.prefix(0xFF_FFFF)
                rest = rest.dropFirst(part.count)
                isFull = part.count == 0xFF_FFFF
                buffer.writeInteger(UInt32(part.count) | UInt32(number) << 24, endianness: .little)
                buffer.writeBytes(part)
                number &+= 1
            } while isFull
        }
        return buffer
    }

    static func hex(_ text: String) -> [UInt8] {
        let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

extension Login {
    static func testing(
        password: String = "secret",
        database: String? = nil,
        tls: TLSMode = .disabled,
        isLocalSocket: Bool = false,
        allowsLocalData: Bool = false
    ) -> Login {
        Login(
            MySQLEndpoint(
                host: "db",
                port: 3306,
                user: "leat",
                password: password,
                database: database,
                tls: tls,
                unixSocketPath: isLocalSocket ? "/s" : nil,
                allowsLocalData: allowsLocalData
            )
        )
    }
}
