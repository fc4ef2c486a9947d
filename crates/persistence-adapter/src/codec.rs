//! How single values are stored. Each type here is read and written by both databases, and by JSON where PostgreSQL takes or
//! gives whole rows as such.

use chrono::{DateTime, SubsecRound, Utc};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef};
use sqlx::sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo, SqliteValueRef};
use sqlx::{Database, Decode, Encode, Postgres, Sqlite, Type};
use vestibule_domain::idempotency::RequestHash;
use vestibule_domain::token::TokenHash;

/// An instant: `timestamptz`, or an INTEGER of microseconds since 1970.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Instant(DateTime<Utc>);

/// A domain type that is written as text, and parsed when it is read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<T>(pub(crate) T);

/// A document: JSON in a text column.
#[derive(Debug, Clone)]
pub(crate) struct Document<T>(pub(crate) T);

/// A text from outside that is kept exactly, as bytes: PostgreSQL's text cannot hold U+0000.
#[derive(Debug, Clone)]
pub(crate) struct Opaque(pub(crate) String);

/// Bytes of any kind.
#[derive(Debug, Clone)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

/// SHA-256 of something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hash([u8; 32]);

impl From<DateTime<Utc>> for Instant {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.trunc_subsecs(6))
    }
}

impl From<Instant> for DateTime<Utc> {
    fn from(instant: Instant) -> Self {
        instant.0
    }
}

impl Hash {
    /// The hash of a text.
    pub(crate) fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Its bytes, for a list of several.
    pub(crate) fn bytes(self) -> Vec<u8> {
        self.0.to_vec()
    }
}

impl From<TokenHash> for Hash {
    fn from(hash: TokenHash) -> Self {
        Self(hash.0)
    }
}

impl From<Hash> for TokenHash {
    fn from(hash: Hash) -> Self {
        Self(hash.0)
    }
}

impl From<RequestHash> for Hash {
    fn from(hash: RequestHash) -> Self {
        Self(hash.0)
    }
}

impl From<Hash> for RequestHash {
    fn from(hash: Hash) -> Self {
        Self(hash.0)
    }
}

/// A text that only operators read, without what PostgreSQL's text cannot hold.
pub(crate) fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

// --- the databases

impl Type<Postgres> for Instant {
    fn type_info() -> PgTypeInfo {
        <DateTime<Utc> as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Instant {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <DateTime<Utc> as Encode<Postgres>>::encode_by_ref(&self.0, buffer)
    }
}

impl<'r> Decode<'r, Postgres> for Instant {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        <DateTime<Utc> as Decode<Postgres>>::decode(value).map(Self)
    }
}

impl Type<Sqlite> for Instant {
    fn type_info() -> SqliteTypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }

    fn compatible(ty: &SqliteTypeInfo) -> bool {
        <i64 as Type<Sqlite>>::compatible(ty)
    }
}

impl Encode<'_, Sqlite> for Instant {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <i64 as Encode<Sqlite>>::encode(self.0.timestamp_micros(), buffer)
    }
}

impl<'r> Decode<'r, Sqlite> for Instant {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        let micros = <i64 as Decode<Sqlite>>::decode(value)?;
        DateTime::from_timestamp_micros(micros).map(Self).ok_or_else(|| "out of range".into())
    }
}

/// Stores `$type` as sqlx stores `$as`, by two functions: what it is written as, and what it is read from.
macro_rules! stored_as {
    ($type:ty, [$($generic:ident: $bound:path),*], $as:ty, $write:expr, $read:expr) => {
        impl<DB: Database, $($generic),*> Type<DB> for $type where $as: Type<DB> {
            fn type_info() -> DB::TypeInfo {
                <$as as Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <$as as Type<DB>>::compatible(ty)
            }
        }

        impl<'q, DB: Database, $($generic: $bound),*> Encode<'q, DB> for $type where $as: Encode<'q, DB> {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let write: fn(&Self) -> Result<$as, BoxDynError> = $write;
                <$as as Encode<DB>>::encode(write(self)?, buffer)
            }
        }

        impl<'r, DB: Database, $($generic: DeserializeOwned),*> Decode<'r, DB> for $type where $as: Decode<'r, DB> {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let read: fn($as) -> Result<Self, BoxDynError> = $read;
                read(<$as as Decode<DB>>::decode(value)?)
            }
        }
    };
}

stored_as!(Text<T>, [T: std::fmt::Display], String, |value| Ok(value.0.to_string()), |text| {
    Ok(Self(T::deserialize(text.into_deserializer()).map_err(|error: serde::de::value::Error| error)?))
});
stored_as!(
    Document<T>, [T: Serialize], String,
    |value| Ok(serde_json::to_string(&value.0)?),
    |text| Ok(Self(serde_json::from_str(&text)?))
);
stored_as!(Opaque, [], Vec<u8>, |value| Ok(value.0.clone().into_bytes()), |bytes| {
    Ok(Self(String::from_utf8(bytes)?))
});
stored_as!(Bytes, [], Vec<u8>, |value| Ok(value.0.clone()), |bytes| Ok(Self(bytes)));
stored_as!(Hash, [], Vec<u8>, |value| Ok(value.0.to_vec()), |bytes| {
    Ok(Self(bytes.try_into().map_err(|_| "not 32 bytes")?))
});

// --- PostgreSQL's rows as JSON

impl<T: Serialize> Serialize for Document<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::to_string(&self.0).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Document<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Opaque {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        bytea(self.0.as_bytes(), serializer)
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        bytea(&self.0, serializer)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        bytea(&self.0, serializer)
    }
}

/// The hexadecimal form of `bytea` (PostgreSQL documentation, §8.4.1).
fn bytea<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(2 + bytes.len() * 2);
    text.push_str("\\x");
    for byte in bytes {
        write!(text, "{byte:02x}").map_err(serde::ser::Error::custom)?;
    }
    serializer.serialize_str(&text)
}
