extension MySQLType {
    /// What Leat knows of the type. A new one is a case of ``MySQLType``, a descriptor, and a line here.
    public var descriptor: any MySQLTypeDescriptor {
        switch self {
        case .integer(let bytes, let isUnsigned): IntegerType(bytes: bytes, isUnsigned: isUnsigned)
        case .decimal(let precision, let scale): DecimalType(precision: precision, scale: scale)
        case .float: FloatingType(bytes: 4)
        case .double: FloatingType(bytes: 8)
        case .bit(let bits): BitType(bits: bits)
        case .date: DateType()
        case .dateTime(let fraction): DateTimeType(fraction: fraction, isInstant: false)
        case .timestamp(let fraction): DateTimeType(fraction: fraction, isInstant: true)
        case .time(let fraction): TimeType(fraction: fraction)
        case .dateText(let date): DateTextType(date: date)
        case .year: YearType()
        case .text(let charset): TextType(charset: charset)
        case .binary(let length): BinaryType(length: length)
        case .bytes: BytesType()
        case .enumeration(let labels): EnumerationType(labels: labels)
        case .set(let members): SetType(members: members)
        case .json: JSONType()
        case .geometry: GeometryType()
        case .vector: VectorType()
        }
    }
}
