//! A SOCKS5 proxy (RFC 1928) without authentication that remembers what it was asked for.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A proxy that alone knows where some names lead.
pub struct Socks5 {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Socks5 {
    /// Listens on a free port. `names` are the only ones that it resolves; addresses are refused,
    /// so that a client that resolves a name itself cannot get through.
    ///
    /// # Panics
    /// Where there is no free port.
    pub fn start(names: BTreeMap<String, SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&asked);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (names, asked) = (names.clone(), Arc::clone(&shared));
                thread::spawn(move || drop(serve(client, &names, &asked)));
            }
        });
        Self { address, asked }
    }

    /// `host:port` for the settings.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// What clients asked for so far, as `host:port`.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(
    mut client: TcpStream,
    names: &BTreeMap<String, SocketAddr>,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let [version, methods] = read(&mut client)?;
    let mut offered = vec![0; usize::from(methods)];
    client.read_exact(&mut offered)?;
    if version != 5 || !offered.contains(&0) {
        return client.write_all(&[5, 0xff]);
    }
    client.write_all(&[5, 0])?;
    let [_, command, _, kind] = read(&mut client)?;
    let host = match kind {
        1 => std::net::Ipv4Addr::from(read::<4>(&mut client)?).to_string(),
        3 => {
            let [length] = read(&mut client)?;
            let mut name = vec![0; usize::from(length)];
            client.read_exact(&mut name)?;
            String::from_utf8_lossy(&name).into_owned()
        }
        _ => std::net::Ipv6Addr::from(read::<16>(&mut client)?).to_string(),
    };
    let port = u16::from_be_bytes(read(&mut client)?);
    asked.lock().unwrap().push(format!("{host}:{port}"));
    let relay = names.get(&host).filter(|_| command == 1 && kind == 3);
    let Some(server) = relay.and_then(|relay| TcpStream::connect(relay).ok()) else {
        // Host unreachable.
        return client.write_all(&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]);
    };
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    join(client, server)
}

fn read<const LENGTH: usize>(client: &mut TcpStream) -> io::Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    client.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Passes bytes both ways until one side ends.
fn join(mut client: TcpStream, mut server: TcpStream) -> io::Result<()> {
    let (mut from_server, mut to_client) = (server.try_clone()?, client.try_clone()?);
    let down = thread::spawn(move || {
        let _ended = io::copy(&mut from_server, &mut to_client);
        let _gone = to_client.shutdown(Shutdown::Both);
    });
    let _ended = io::copy(&mut client, &mut server);
    let _gone = server.shutdown(Shutdown::Both);
    let _ended = down.join();
    Ok(())
}
