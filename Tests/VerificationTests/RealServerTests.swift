import Testing

/// Tests on real servers run one after the other: each needs a source that nobody else writes to.
@Suite(.serialized) enum RealServerTests {}
