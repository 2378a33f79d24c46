#pragma once

#include <cmath>
#include <cstdio>
#include <exception>
#include <sstream>
#include <string>
#include <vector>

/**
 * A test harness in a page: TEST defines a case, CHECK* record failures and go on, every file is a program of
 * its own.
 *
 *   TEST("silence stays silent") { CHECK_NEAR(Level(zeros), -120.0, 1e-6); }
 *   THEO_TEST_MAIN()
 *
 * A first argument runs only the cases whose name contains it.
 */
namespace theo::test {

struct Case {
  const char* name;
  void (*body)();
};

inline std::vector<Case>& Cases() {
  static std::vector<Case> cases;
  return cases;
}

inline int& Failures() {
  static int failures = 0;
  return failures;
}

struct Registration {
  Registration(const char* name, void (*body)()) { Cases().push_back({name, body}); }
};

inline void Fail(const char* file, int line, const std::string& what) {
  ++Failures();
  std::fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
}

template <class A, class B>
void CheckEqual(const A& actual, const B& expected, const char* text, const char* file, int line) {
  if (actual == expected) return;
  std::ostringstream message;
  message.precision(10);
  message << text << ": got " << actual << ", expected " << expected;
  Fail(file, line, message.str());
}

inline void CheckNear(double actual, double expected, double tolerance, const char* text, const char* file,
                      int line) {
  if (std::abs(actual - expected) <= tolerance) return;  // false for NaN
  std::ostringstream message;
  message.precision(10);
  message << text << ": got " << actual << ", expected " << expected << " +- " << tolerance;
  Fail(file, line, message.str());
}

inline int RunAll(const char* filter) {
  for (const Case& test : Cases()) {
    if (std::string(test.name).find(filter) == std::string::npos) continue;
    const int before = Failures();
    try {
      test.body();
    } catch (const std::exception& error) {
      Fail(test.name, 0, std::string("uncaught: ") + error.what());
    }
    std::printf("%s  %s\n", Failures() == before ? "ok  " : "FAIL", test.name);
  }
  return Failures() == 0 ? 0 : 1;
}

}  // namespace theo::test

#define THEO_JOIN_(a, b) a##b
#define THEO_JOIN(a, b) THEO_JOIN_(a, b)
#define TEST(name) THEO_TEST_CASE(name, THEO_JOIN(TestCase, __LINE__))
#define THEO_TEST_CASE(name, function)                                                    \
  static void function();                                                                 \
  static const theo::test::Registration THEO_JOIN(function, Registered)(name, &function); \
  static void function()

#define CHECK(condition) ((condition) ? void() : theo::test::Fail(__FILE__, __LINE__, #condition))
#define CHECK_EQ(actual, expected) theo::test::CheckEqual((actual), (expected), #actual, __FILE__, __LINE__)
#define CHECK_NEAR(actual, expected, tolerance) \
  theo::test::CheckNear((actual), (expected), (tolerance), #actual, __FILE__, __LINE__)
/** actual < limit, with both shown. */
#define CHECK_BELOW(actual, limit)                                                                           \
  do {                                                                                                       \
    const auto value_ = (actual);                                                                            \
    const auto limit_ = (limit);                                                                             \
    if (!(value_ < limit_)) {                                                                                \
      theo::test::Fail(                                                                                      \
          __FILE__, __LINE__,                                                                                \
          std::string(#actual) + " is " + std::to_string(value_) + ", not below " + std::to_string(limit_)); \
    }                                                                                                        \
  } while (false)

#define THEO_TEST_MAIN()                                \
  int main(int argc, char** argv) {                     \
    return theo::test::RunAll(argc > 1 ? argv[1] : ""); \
  }
