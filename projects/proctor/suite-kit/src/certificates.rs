//! Certificates for tests of TLS: an authority, servers, clients, and every way in which one can be wrong.
//!
//! ```
//! use suite_kit::certificates::Authority;
//!
//! let authority = Authority::new("the suite's authority");
//! let server = authority.server(&["localhost", "127.0.0.1"]).issue();
//! let expired = authority.client("alice").expired().issue();
//! assert!(server.certificate_pem().starts_with("-----BEGIN CERTIFICATE-----"));
//! assert_ne!(expired.certificate_der(), server.certificate_der());
//! ```

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// An authority with a key of its own. Another one is a wrong one.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// A new authority of this name.
    ///
    /// # Panics
    ///
    /// Where the system has no randomness for a key.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("the system has randomness");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("the parameters are valid");
        Self { issuer }
    }

    /// Its certificate, to be trusted.
    pub fn certificate_der(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    /// Its certificate, as a file has it.
    pub fn certificate_pem(&self) -> String {
        self.issuer.pem()
    }

    /// A server's certificate with these subject alternative names: host names and addresses.
    ///
    /// # Panics
    ///
    /// Where a name is neither a host name nor an address.
    pub fn server(&self, names: &[&str]) -> Draft<'_> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let params = CertificateParams::new(names).expect("the names are host names or addresses");
        Draft { authority: self, params }.usage(ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A client's certificate whose common name is the user's.
    pub fn client(&self, user: &str) -> Draft<'_> {
        let draft = Draft { authority: self, params: CertificateParams::default() };
        draft.common_name(user).usage(ExtendedKeyUsagePurpose::ClientAuth)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

/// A certificate that is to be issued.
#[must_use]
pub struct Draft<'a> {
    authority: &'a Authority,
    params: CertificateParams,
}

impl Draft<'_> {
    /// With this common name.
    pub fn common_name(mut self, name: &str) -> Self {
        self.params.distinguished_name = rcgen::DistinguishedName::new();
        self.params.distinguished_name.push(DnType::CommonName, name);
        self
    }

    /// With a subject that has no name at all.
    pub fn nameless(mut self) -> Self {
        self.params.distinguished_name = rcgen::DistinguishedName::new();
        self
    }

    /// With these subject alternative names beside the common name, as a user's certificate may have them.
    ///
    /// # Panics
    ///
    /// Where a name is neither a host name nor an address.
    pub fn names(mut self, names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let params = CertificateParams::new(names).expect("the names are host names or addresses");
        self.params.subject_alt_names = params.subject_alt_names;
        self
    }

    /// It has expired.
    pub fn expired(mut self) -> Self {
        (self.params.not_before, self.params.not_after) =
            (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1));
        self
    }

    /// It is not valid yet.
    pub fn not_yet_valid(mut self) -> Self {
        (self.params.not_before, self.params.not_after) =
            (date_time_ymd(2900, 1, 1), date_time_ymd(2901, 1, 1));
        self
    }

    /// It may be used for this alone.
    fn usage(mut self, usage: ExtendedKeyUsagePurpose) -> Self {
        self.params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        self.params.extended_key_usages = vec![usage];
        self
    }

    /// Issues it, with a key of its own.
    ///
    /// # Panics
    ///
    /// Where the system has no randomness for a key.
    pub fn issue(self) -> Issued {
        let key = KeyPair::generate().expect("the system has randomness");
        let signed = self.params.signed_by(&key, &self.authority.issuer);
        Issued { certificate: signed.expect("the parameters are valid"), key }
    }
}

impl fmt::Debug for Draft<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("params", &self.params).finish_non_exhaustive()
    }
}

/// A certificate with its key.
pub struct Issued {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Issued {
    /// The certificate.
    pub fn certificate_der(&self) -> CertificateDer<'static> {
        self.certificate.der().clone()
    }

    /// Its key.
    pub fn key_der(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.serialize_der()).into()
    }

    /// The certificate, as a file has it.
    pub fn certificate_pem(&self) -> String {
        self.certificate.pem()
    }

    /// Its key, as a file has it.
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// What a TLS client presents.
    pub fn identity(&self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        (vec![self.certificate_der()], self.key_der())
    }

    /// Writes `NAME.pem` and `NAME-key.pem` into a folder, and gives their paths.
    ///
    /// # Errors
    ///
    /// When a file can't be written.
    pub fn write(&self, folder: &Path, name: &str) -> io::Result<(PathBuf, PathBuf)> {
        let certificate = folder.join(format!("{name}.pem"));
        let key = folder.join(format!("{name}-key.pem"));
        std::fs::write(&certificate, self.certificate_pem())?;
        std::fs::write(&key, self.key_pem())?;
        Ok((certificate, key))
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").finish_non_exhaustive()
    }
}
