/* The limit to measure against: one epoll loop, one send() for each viewer, no protocol but the frame itself.
 *
 * It takes any request as an upgrade (the key is not answered: only our own client comes here), and sends one
 * ready text frame to everybody whenever anybody says anything. Usage: server PAYLOAD_BYTES; prints its port. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 65536
#define EVENTS 1024

static const char UPGRADE[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
static int viewers[MOST], viewer_count;
static char is_upgraded[MOST];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int listen_anywhere(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1024))
    fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static size_t make_frame(unsigned char *frame, size_t payload) {
  size_t head = payload < 126 ? 2 : 4;
  frame[0] = 0x81;
  frame[1] = payload < 126 ? (unsigned char)payload : 126;
  if (head == 4) {
    frame[2] = (unsigned char)(payload >> 8);
    frame[3] = (unsigned char)payload;
  }
  memset(frame + head, 'x', payload);
  return head + payload;
}

static void accept_all(int poll, int listener) {
  int peer, yes = 1;
  while ((peer = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = peer};
    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (peer >= MOST || epoll_ctl(poll, EPOLL_CTL_ADD, peer, &event)) fail("accept");
  }
}

int main(int count, char **words) {
  static unsigned char frame[65536 + 4], in[65536];
  struct epoll_event events[EVENTS];
  size_t size = make_frame(frame, count > 1 ? (size_t)atoi(words[1]) : 150);
  int listener = listen_anywhere(), poll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int ready = epoll_wait(poll, events, EVENTS, -1);
    for (int place = 0; place < ready; place++) {
      int peer = events[place].data.fd;
      if (peer == listener) {
        accept_all(poll, listener);
        continue;
      }
      ssize_t got = recv(peer, in, sizeof in, MSG_DONTWAIT);
      if (got <= 0) {
        if (got == 0 || errno != EAGAIN) close(peer);
        continue;
      }
      if (!is_upgraded[peer]) {
        is_upgraded[peer] = 1;
        viewers[viewer_count++] = peer;
        if (send(peer, UPGRADE, sizeof UPGRADE - 1, MSG_NOSIGNAL) < 0) close(peer);
        continue;
      }
      for (int viewer = 0; viewer < viewer_count; viewer++)
        if (send(viewers[viewer], frame, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno == EAGAIN)
          fail("a viewer is too slow for this bench");
    }
  }
}
