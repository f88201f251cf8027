//! TLS in front of a relay, under a certificate authority that the test makes.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::{fs, io};
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

/// A certificate authority that only this test trusts.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    /// Makes the authority and writes its certificate to a file.
    ///
    /// # Panics
    /// Where the temporary folder is not writable.
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("the system has randomness");
        let mut params = CertificateParams::new(Vec::new()).expect("no names, none bad");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params
            .self_signed(&key)
            .expect("the parameters are complete");
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        fs::write(folder.path().join("ca.pem"), certificate.pem()).expect("it is writable");
        Self {
            issuer: Issuer::new(params, key),
            folder,
        }
    }

    /// The file to name in `SSL_CERT_FILE`.
    pub fn certificate_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// What a server needs to be believed to be `localhost`.
    fn server(&self) -> ServerConfig {
        let key = KeyPair::generate().expect("the system has randomness");
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a good name");
        let certificate = params
            .signed_by(&key, &self.issuer)
            .expect("the authority signs");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has the usual versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("certificate and key fit")
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

/// A TLS listener on `localhost` that passes what it decrypts on to a relay.
pub struct TlsFront {
    port: u16,
    // Dropping the runtime ends every connection.
    _runtime: Runtime,
}

impl TlsFront {
    /// Listens on a free port with a certificate of this authority.
    ///
    /// # Panics
    /// Where there is no free port.
    pub fn before(relay: SocketAddr, authority: &Authority) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a thread can be made");
        let acceptor = TlsAcceptor::from(Arc::new(authority.server()));
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass_on(client, acceptor.clone(), relay));
            }
        });
        Self {
            port,
            _runtime: runtime,
        }
    }

    /// Its address for a client.
    pub fn url(&self) -> String {
        format!("wss://localhost:{}", self.port)
    }
}

async fn pass_on(client: TcpStream, acceptor: TlsAcceptor, relay: SocketAddr) -> io::Result<()> {
    let mut client = acceptor.accept(client).await?;
    let mut server = TcpStream::connect(relay).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
