// Follows a newswired from C++17: a line a message, key, seq and id.
// subscribe_cc [--live URL] [--replay URL] [--from SEQ] [KEY...]
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <newswire/newswire.h>

namespace newswire {

inline std::string_view view(nw_str s)
{
	return s.n ? std::string_view(s.p, s.n) : std::string_view();
}

// Closes itself; moved, not copied. What next() gives is valid until the next call.
class Client {
public:
	explicit Client(const nw_client_options &options)
	{
		nw_client *client = nullptr;
		nw_error error{};

		if (nw_client_open(&options, &client, &error) != NW_OK)
			throw std::runtime_error(error.text);
		client_.reset(client);
	}

	// Nothing: none came in the time, or some is gone and the next is the oldest there is.
	std::optional<nw_message> next(int timeout_ms = -1)
	{
		nw_message message{};
		nw_error error{};
		const nw_err err = nw_client_next(client_.get(), timeout_ms, &message, &error);

		if (err == NW_E_TIMEOUT || err == NW_E_GONE)
			return std::nullopt;
		if (err != NW_OK)
			throw std::runtime_error(error.text);
		return message;
	}

private:
	std::unique_ptr<nw_client, decltype(&nw_client_close)> client_{nullptr, nw_client_close};
};

} // namespace newswire

int main(int argc, char **argv)
try {
	nw_client_options options{}; // every article, from now on
	std::vector<const char *> keys;

	for (int i = 1; i < argc; i++) {
		const std::string_view name = argv[i];

		if (name == "--live" && i + 1 < argc)
			options.live = argv[++i];
		else if (name == "--replay" && i + 1 < argc)
			options.replay = argv[++i];
		else if (name == "--from" && i + 1 < argc)
			options.from = NW_FROM_SEQ, options.seq = std::atoll(argv[++i]);
		else
			keys.push_back(argv[i]);
	}
	options.keys = keys.empty() ? nullptr : (keys.push_back(nullptr), keys.data());
	for (newswire::Client client(options);;)
		if (const auto m = client.next())
			std::cout << newswire::view(m->key) << ' ' << m->seq << ' '
				  << newswire::view(m->id) << std::endl;
} catch (const std::exception &e) {
	std::cerr << e.what() << '\n';
	return 1;
}
