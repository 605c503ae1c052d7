// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target of ours; dependencies are left alone.
let swiftSettings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "leat",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "leat", targets: ["leat"])
    ],
    traits: [
        .default(enabledTraits: ["LocalPlatform"]),
        .trait(
            name: "LocalPlatform",
            description: "leat up, leat down and leat generate: real servers and sample data on one machine."
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.4.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .target(name: "ColumnarBytes", swiftSettings: swiftSettings),
        .target(name: "MySQLProtocol", dependencies: ["ColumnarBytes", "CZstd"], swiftSettings: swiftSettings),
        .target(name: "MySQLSchema", dependencies: ["ColumnarBytes", "MySQLProtocol"], swiftSettings: swiftSettings),
        .target(
            name: "ClickHouseFormat",
            dependencies: ["ColumnarBytes", "CLZ4", "CZstd"],
            swiftSettings: swiftSettings
        ),
        .target(name: "InfluxProtocol", dependencies: ["ColumnarBytes"], swiftSettings: swiftSettings),
        .target(
            name: "HTTPTransport",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "MySQLClient",
            dependencies: [
                "ColumnarBytes", "MySQLProtocol",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "_CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "ClickHouseClient",
            dependencies: [
                "ColumnarBytes", "ClickHouseFormat", "HTTPTransport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "InfluxClient",
            dependencies: [
                "ColumnarBytes", "InfluxProtocol", "HTTPTransport", "CZlib",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Observability",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "LeatConfig",
            dependencies: [.product(name: "Yams", package: "Yams")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "LeatState",
            dependencies: ["ClickHouseClient", .product(name: "Logging", package: "swift-log")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Warehouse",
            dependencies: [
                "ColumnarBytes", "ClickHouseFormat", "ClickHouseClient", "LeatState",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(name: "PipelineCore", dependencies: ["LeatState", "Observability"], swiftSettings: swiftSettings),
        .target(
            name: "MySQLReplication",
            dependencies: [
                "ColumnarBytes", "MySQLProtocol", "MySQLSchema", "MySQLClient", "ClickHouseFormat", "ClickHouseClient",
                "LeatState", "Warehouse", "PipelineCore", "Observability",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "InfluxReplication",
            dependencies: [
                "ColumnarBytes", "InfluxProtocol", "InfluxClient", "ClickHouseFormat", "ClickHouseClient", "LeatState",
                "Warehouse", "PipelineCore", "Observability", "HTTPTransport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Verification",
            dependencies: [
                "ColumnarBytes", "MySQLProtocol", "MySQLSchema", "MySQLClient", "InfluxProtocol", "InfluxClient",
                "ClickHouseFormat", "ClickHouseClient", "LeatState", "Warehouse", "PipelineCore",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(name: "Catalog", dependencies: ["LeatConfig"], swiftSettings: swiftSettings),
        .target(
            name: "Diagnostics",
            dependencies: [
                "LeatConfig", "MySQLProtocol", "MySQLSchema", "MySQLClient", "InfluxProtocol", "InfluxClient",
                "ClickHouseClient", "LeatState", "Warehouse", "PipelineCore", "MySQLReplication",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(name: "MonitoringArtifacts", dependencies: ["Observability"], swiftSettings: swiftSettings),
        .target(
            name: "Console",
            dependencies: [
                "Observability", "LeatState", "PipelineCore",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Daemon",
            dependencies: [
                "CMalloc", "MySQLClient", "MySQLSchema", "MySQLProtocol", "InfluxProtocol", "InfluxClient",
                "ClickHouseClient",
                "Observability", "LeatConfig", "LeatState", "Warehouse", "PipelineCore", "MySQLReplication",
                "InfluxReplication", "Verification", "Console",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "SampleData",
            dependencies: [
                "ColumnarBytes", "MySQLClient", "InfluxProtocol", "InfluxClient",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "DevPlatform",
            dependencies: [.product(name: "Logging", package: "swift-log")],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "leat",
            dependencies: [
                "MySQLClient", "MySQLSchema", "ClickHouseClient", "InfluxProtocol", "InfluxClient", "Observability",
                "LeatConfig", "LeatState", "Warehouse", "PipelineCore", "MySQLReplication", "InfluxReplication",
                "Verification", "Catalog", "Diagnostics", "Console", "Daemon", "MonitoringArtifacts",
                .target(name: "SampleData", condition: .when(traits: ["LocalPlatform"])),
                .target(name: "DevPlatform", condition: .when(traits: ["LocalPlatform"])),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(name: "LeatTestSupport", path: "Tests/LeatTestSupport", swiftSettings: swiftSettings),
        .testTarget(
            name: "CommandLineTests",
            exclude: ["Golden"],
            swiftSettings: swiftSettings
        ),
        .testTarget(name: "TidyTests", swiftSettings: swiftSettings),
        .testTarget(name: "ColumnarBytesTests", dependencies: ["ColumnarBytes"], swiftSettings: swiftSettings),
        .testTarget(
            name: "MySQLProtocolTests",
            dependencies: ["MySQLProtocol", "ColumnarBytes"],
            exclude: ["Fixtures"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "MySQLSchemaTests",
            dependencies: ["LeatTestSupport", "MySQLSchema", "MySQLProtocol"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ClickHouseFormatTests",
            dependencies: ["ClickHouseFormat", "ColumnarBytes"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "MySQLClientTests",
            dependencies: [
                "ColumnarBytes", "MySQLClient", "MySQLProtocol",
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "HTTPTransportTests",
            dependencies: [
                "HTTPTransport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ClickHouseClientTests",
            dependencies: [
                "ClickHouseClient", "ClickHouseFormat", "ColumnarBytes",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "InfluxClientTests",
            dependencies: [
                "InfluxProtocol", "InfluxClient", "ColumnarBytes", "CZlib",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "InfluxReplicationTests",
            dependencies: [
                "InfluxReplication", "InfluxProtocol", "InfluxClient", "ClickHouseFormat", "ColumnarBytes", "LeatState",
                "Warehouse", "PipelineCore",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ObservabilityTests",
            dependencies: [
                "Observability", .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "LeatConfigTests",
            dependencies: ["LeatConfig"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "SampleDataTests",
            dependencies: [
                "LeatTestSupport", "SampleData", "ColumnarBytes", "MySQLClient", "InfluxProtocol", "InfluxClient",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "DevPlatformTests",
            dependencies: ["LeatTestSupport", "DevPlatform", .product(name: "Logging", package: "swift-log")],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "LeatStateTests",
            dependencies: [
                "LeatState", "ClickHouseClient", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "WarehouseTests",
            dependencies: ["LeatState", "Warehouse", "ClickHouseFormat", "ColumnarBytes"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "PipelineCoreTests",
            dependencies: ["LeatState", "PipelineCore"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "MySQLReplicationTests",
            dependencies: [
                "MySQLReplication", "LeatState", "Warehouse", "PipelineCore", "MySQLProtocol", "MySQLSchema",
                "MySQLClient",
                "ClickHouseFormat",
                "ColumnarBytes",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "VerificationTests",
            dependencies: [
                "LeatTestSupport", "Verification", "MySQLSchema", "MySQLProtocol", "MySQLClient", "ClickHouseClient",
                "InfluxProtocol", "InfluxClient",
                "ColumnarBytes", "LeatState", "Warehouse", "PipelineCore",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "MonitoringArtifactsTests",
            dependencies: [
                "LeatTestSupport", "MonitoringArtifacts", "Observability", "DevPlatform",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "CatalogTests",
            dependencies: ["Catalog", "LeatConfig"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Console", "Observability", "PipelineCore",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "DiagnosticsTests",
            dependencies: [
                "Diagnostics", "LeatConfig", "MySQLClient", "ClickHouseClient",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "LeatTestSupport",
                "ColumnarBytes", "MySQLProtocol", "MySQLSchema", "ClickHouseFormat", "InfluxProtocol", "MySQLClient",
                "ClickHouseClient", "InfluxClient", "Observability", "LeatConfig", "LeatState", "Warehouse",
                "PipelineCore",
                "MySQLReplication", "InfluxReplication", "Verification", "Console", "Daemon", "SampleData",
                "DevPlatform",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Reports"],
            swiftSettings: swiftSettings
        ),
    ]
)
